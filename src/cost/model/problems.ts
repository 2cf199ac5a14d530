import { fault, type Diagnostic } from '../../base/index.js';

export function badCostModel(file: string, what: string): Diagnostic {
  return fault('cost-model-file', `${file} is no cost model: ${what}`, {
    hint: 'tech/model/asap7.json of the package is an example; node scripts/fit-model.mjs makes them',
  });
}
