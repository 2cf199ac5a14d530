/** Names under which formulas see measures as quantities with their units, so that `energy / delay to mW` is right. */
export const quantities: Readonly<Record<string, { readonly measure: string; readonly unit: string }>> = {
  area: { measure: 'areaUm2', unit: 'um^2' },
  delay: { measure: 'delayPs', unit: 'ps' },
  energy: { measure: 'energyFjPerCycle', unit: 'fJ' },
  leakage: { measure: 'leakageNw', unit: 'nW' },
  fmax: { measure: 'fmaxMhz', unit: 'MHz' },
  clock: { measure: 'clockPs', unit: 'ps' },
};
