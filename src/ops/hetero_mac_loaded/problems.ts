import { fault, type Diagnostic } from '../../base/index.js';

export function wrongFactors(length: number, planes: number): Diagnostic {
  return fault('bad-weights', `\`scale\` has ${length} elements for ${planes} planes`, {
    hint: `give ${planes}: one for each plane; or none, for the sums of the planes alone`,
  });
}
