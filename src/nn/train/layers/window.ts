/** How a window moves over an image. */
export interface Window {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
  readonly stride: number;
  /** zeros at each side */
  readonly padding: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** A window over an image of `shape` [channels, height, width]. */
export function windowOver(
  shape: readonly number[],
  kernel: number,
  stride: number,
  padding: number,
): Window {
  const [channels, height, width] = shape as readonly [number, number, number];
  const places = (size: number): number => Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return {
    channels,
    height,
    width,
    kernel,
    stride,
    padding,
    outHeight: places(height),
    outWidth: places(width),
  };
}

/** Where one element of the window meets the image and not its padding, as a block of the image and of the output. */
export interface Overlap {
  /** the first element of the block in one channel of the image, and in one of the output */
  readonly image: number;
  readonly output: number;
  readonly rows: number;
  readonly columns: number;
}

/** The overlaps of the kernel × kernel elements of a window; those without any are left out. */
export function overlaps(window: Window): { readonly element: number; readonly overlap: Overlap }[] {
  const { height, width, kernel, stride, padding, outHeight, outWidth } = window;
  const places = (size: number, outSize: number, offset: number): readonly [first: number, count: number] => {
    const first = Math.max(0, Math.ceil((padding - offset) / stride));
    const last = Math.min(outSize - 1, Math.floor((size - 1 + padding - offset) / stride));
    return [first, last - first + 1];
  };
  return Array.from({ length: kernel * kernel }, (_, element) => {
    const [ky, kx] = [Math.floor(element / kernel), element % kernel];
    const [top, rows] = places(height, outHeight, ky);
    const [left, columns] = places(width, outWidth, kx);
    const image = (top * stride + ky - padding) * width + left * stride + kx - padding;
    return { element, overlap: { image, output: top * outWidth + left, rows, columns } };
  }).filter(({ overlap }) => overlap.rows > 0 && overlap.columns > 0);
}
