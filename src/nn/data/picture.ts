import type { Images } from './images.js';

/** A decoded picture: a byte per sample, pixel after pixel with its channels side by side. */
interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

/** Turns a file's bytes into a picture of a shape, planar; or says why that cannot be. */
export type PictureReader = (bytes: Uint8Array, shape: Images['shape']) => Uint8Array | string;

/** A reader of PNG and JPEG, told apart by their first bytes; the decoders are loaded here. */
export async function pictureReader(): Promise<PictureReader> {
  const [png, jpeg] = await Promise.all([import('fast-png'), import('jpeg-js')]);
  const fromPng = (bytes: Uint8Array): Samples | string => {
    const decoded = png.decode(bytes);
    const { width, height, depth, channels, data, palette, transparency } = decoded;
    if (palette)
      return { width, height, channels: palette[0]!.length, data: png.convertIndexedToRgb(decoded) };
    if (transparency) return 'one of its colours is transparent';
    if (depth === 16) return 'its samples have 16 bits, and those that are read have 8';
    if (depth === 8) return { width, height, channels, data };
    return { width, height, channels, data: unpacked(data, width, height, depth) };
  };
  const fromJpeg = (bytes: Uint8Array): Samples => {
    const { width, height, data } = jpeg.default.decode(bytes, {
      ...{ useTArray: true, formatAsRGBA: false, tolerantDecoding: false },
    });
    return { width, height, channels: 3, data };
  };
  return (bytes, shape) => {
    try {
      if (isPng(bytes)) {
        const samples = fromPng(bytes);
        return typeof samples === 'string' ? samples : planar(samples, shape);
      }
      return bytes[0] === 0xff && bytes[1] === 0xd8
        ? planar(fromJpeg(bytes), shape)
        : 'it is neither PNG nor JPEG';
    } catch (error) {
      return `it is damaged: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte);
}

/** Samples of 1, 2 or 4 bits, rows of which begin with a byte, stretched to all of 0 … 255. */
function unpacked(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const most = 2 ** depth - 1;
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    return (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  });
}

/** Channel after channel, if the picture is of the shape; what is lost by that must be nothing. */
function planar({ width, height, channels, data }: Samples, shape: Images['shape']): Uint8Array | string {
  const [wanted, rows, columns] = shape;
  if (width !== columns || height !== rows)
    return `it is ${width} × ${height} pixels, and the network reads ${columns} × ${rows}`;
  const [colours, hasAlpha] = channels > 2 ? [3, channels === 4] : [1, channels === 2];
  const size = width * height;
  for (let i = 0; hasAlpha && i < size; i++)
    if (data[i * channels + colours]! !== 255) return 'it has transparent pixels';
  if (wanted !== 1 && wanted !== 3) return `the network reads ${wanted} channels, and pictures have 1 or 3`;
  for (let i = 0; wanted < colours && i < size; i++) {
    const at = i * channels;
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2])
      return 'it is in colour, and the network reads grey';
  }
  return Uint8Array.from({ length: wanted * size }, (_, i) => {
    const channel = Math.min(Math.floor(i / size), colours - 1);
    return data[(i % size) * channels + channel]!;
  });
}
