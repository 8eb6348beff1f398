//! TFRecord framing: the length as `u64`, its masked CRC-32C, the data, their masked CRC-32C, all little-endian.

/// A record around `data`.
pub fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = Vec::with_capacity(data.len() + 16);
    record.extend(length);
    record.extend(masked_crc(&length).to_le_bytes());
    record.extend(data);
    record.extend(masked_crc(data).to_le_bytes());
    record
}

/// TensorFlow masks checksums, because the checksum of data that contain their own checksum detects nothing.
fn masked_crc(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checksums are those of RFC 3720, appendix B.4, and of the CRC catalog. The masked ones are from files of TensorFlow.
    #[test]
    fn checksums_have_their_known_values() {
        assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c::crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(masked_crc(b"123456789"), 0xc78a_b0e5);
        assert_eq!(masked_crc(&24u64.to_le_bytes()), 0x224b_7fa3);
        let version = b"\x09\x00\x00\x80\x38\x99\xd6\xd7\x41\x1a\x0dbrain.Event:2";
        assert_eq!(masked_crc(version), 0xab36_4b12);
    }

    #[test]
    fn a_record_frames_its_data() {
        let record = record(&[7; 24]);
        assert_eq!(record[..12], [24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22]);
        assert_eq!((&record[12..36], record.len()), (&[7; 24][..], 40));
    }
}
