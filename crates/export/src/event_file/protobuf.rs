//! Writes the few wire types of Protocol Buffers that event files need: shorter than generated code, and no build step.

/// An encoded message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message(pub Vec<u8>);

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED32: u64 = 5;

impl Message {
    /// A field of type int64 that is not negative, or bool or enum.
    pub fn varint(mut self, field: u64, value: u64) -> Self {
        self.key(field, VARINT);
        self.base128(value);
        self
    }

    pub fn double(mut self, field: u64, value: f64) -> Self {
        self.key(field, FIXED64);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub fn float(mut self, field: u64, value: f32) -> Self {
        self.key(field, FIXED32);
        self.0.extend(value.to_le_bytes());
        self
    }

    /// A field of type string, bytes or message.
    pub fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.add_bytes(field, value);
        self
    }

    pub fn add_bytes(&mut self, field: u64, value: &[u8]) {
        self.key(field, LENGTH);
        self.base128(value.len() as u64);
        self.0.extend(value);
    }

    /// A repeated double, packed.
    pub fn doubles(self, field: u64, values: &[f64]) -> Self {
        let packed: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.bytes(field, &packed)
    }

    fn key(&mut self, field: u64, wire_type: u64) {
        self.base128(field << 3 | wire_type);
    }

    /// Seven bits to a byte, the lowest first; the high bit says that more follow.
    fn base128(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the encoding's documentation: field 1 is 150; field 2 is "testing"; a message with the first one in field 3.
    #[test]
    fn fields_are_those_of_the_documentation() {
        let first = Message::default().varint(1, 150);
        assert_eq!(first.0, [0x08, 0x96, 0x01]);
        let text = Message::default().bytes(2, b"testing");
        assert_eq!(text.0, [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
        assert_eq!(Message::default().bytes(3, &first.0).0, [0x1a, 0x03, 0x08, 0x96, 0x01]);
    }

    #[test]
    fn numbers_are_little_endian() {
        assert_eq!(Message::default().float(2, 1.0).0, [0x15, 0, 0, 0x80, 0x3f]);
        assert_eq!(Message::default().double(1, 1.0).0, [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
        assert_eq!(Message::default().doubles(6, &[1.0]).0, [0x32, 8, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    }
}
