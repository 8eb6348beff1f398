// Images that a reader may have: IDX files, bitmaps and a zip of them, made here.

/** Two classes of 28 × 28 images: a light stripe in the upper or in the lower half. */
const N_IMAGES = 60;

/** The files of an IDX data set without held-out images. */
export function idxPair() {
  const pixels = Buffer.alloc(N_IMAGES * 784);
  const labels = Buffer.alloc(N_IMAGES);
  for (let i = 0; i < N_IMAGES; i++) {
    labels[i] = i % 2;
    pixels.fill(200 + i % 50, i * 784 + row(i) * 28, i * 784 + (row(i) + 3) * 28);
  }
  const words = (...numbers) => Buffer.concat(numbers.map((number) => { const word = Buffer.alloc(4); word.writeUInt32BE(number); return word; }));
  return [
    { name: "stripes-images-idx3-ubyte", mimeType: "", buffer: Buffer.concat([words(0x803, N_IMAGES, 28, 28), pixels]) },
    { name: "stripes-labels-idx1-ubyte", mimeType: "", buffer: Buffer.concat([words(0x801, N_IMAGES), labels]) },
  ];
}

/** The row of the stripe of an image. */
const row = (i) => 3 + (i % 2) * 14 + (i >> 1) % 8;

/** Bitmaps in a folder for each class, by their paths. Each folder has `n` images. */
export function bitmaps(n = N_IMAGES / 2) {
  return Array.from({ length: 2 * n }, (_, i) => [`${["high", "low"][i % 2]}/${i}.bmp`, bitmap(row(i))]);
}

/** A zip of them. */
export function zipOfFolders() {
  return { name: "stripes.zip", mimeType: "application/zip", buffer: zip(bitmaps()) };
}

/** 28 × 28 pixels of 24 bits, white on black; lines from the bottom. */
function bitmap(top) {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + 28 * 84, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(28, 18);
  header.writeInt32LE(28, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const pixels = Buffer.alloc(28 * 84);
  pixels.fill(255, (25 - top) * 84, (28 - top) * 84);
  return Buffer.concat([header, pixels]);
}

/** A zip whose entries are not compressed. */
function zip(entries) {
  const [locals, directory] = [[], []];
  let offset = 0;
  for (const [name, bytes] of entries) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), bytes]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, place, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
