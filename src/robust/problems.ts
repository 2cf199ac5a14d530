import { fault, wholeFile, type Diagnostic } from '../base/index.js';

export function badCurve(file: string, why: string): Diagnostic {
  const hint = 'see tech/sram/14nm.json: rising voltages with falling rates and rising energies';
  return fault('robust-curve', `this is no voltage curve: ${why}`, { place: wholeFile(file), hint });
}

export function outsideCurve(name: string, voltage: number, least: number): Diagnostic {
  return fault('robust-voltage', `${voltage} lies below what the curve \`${name}\` was measured at`, {
    hint: `voltages are relative; the least one here is ${least}`,
  });
}
