import { fault, type Diagnostic } from '../base/index.js';
import type { SupplyModel } from '../synth/index.js';

export function noSupplyModel(technology: string): Diagnostic {
  return fault('no-supply-model', `technology ${technology} does not say how it depends on its voltage`, {
    hint: 'leave --voltage out, import the Liberty files of that voltage, or write `supply` into the technology file',
  });
}

export function outsideSupply(
  technology: string,
  voltage: number,
  { leastV, mostV }: SupplyModel,
): Diagnostic {
  return fault('voltage-range', `${voltage} V is outside what ${technology} is stated for`, {
    hint: `from ${leastV} to ${mostV} V`,
  });
}
