import type { Design } from '../ir/index.js';

/** A design as plain data without the places it came from: equal for designs that do and cost the same. */
export function plainDesign(design: Design): unknown {
  return JSON.parse(
    JSON.stringify(design, (key, value: unknown) => {
      if (key === 'place') return undefined;
      return typeof value === 'bigint' ? `${value}n` : value;
    }),
  );
}
