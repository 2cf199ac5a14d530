import type { AttachedMemories } from '../cosim/index.js';
import { addressFields, type Memories, type TimingSet } from '../hbm/index.js';

/** The memories behind an engine as the model in C++ takes them. */
export function attached({ clockNs, drams, ports, options }: Memories): AttachedMemories {
  const sets = [...new Set(drams)];
  return {
    clockNs,
    timings: sets.map(timingFigures),
    drams: drams.map((timing) => sets.indexOf(timing)),
    policy: {
      inOrder: options.scheduler === 'in-order',
      closesRows: options.page === 'closed',
      refreshes: options.refresh,
      window: options.window,
    },
    ports: ports.map(({ dram, pseudo, overheadNs, bytes }) => {
      const { clockPs, organisation } = drams[dram]!;
      const { banksPerGroup, burstBytes } = organisation;
      const fields = addressFields(organisation, options.mapping, bytes);
      return { dram, pseudo, overheadNs, clockPs, banksPerGroup, burstBytes, fields };
    }),
  };
}

/** Of a set of timings what reads need. */
export function timingFigures({
  cycles,
  organisation,
}: TimingSet): Readonly<Record<string, number | boolean>> {
  const { BL, CL, RCDRD, RP, RAS, RC, RTP, CCDS, CCDL, RRDS, RRDL, FAW, PPD, RFC, REFI } = cycles;
  const { pseudoChannels, bankGroups, banksPerGroup, activateSlots, splitCommandBus } = organisation;
  return {
    ...{ BL, CL, RCDRD, RP, RAS, RC, RTP, CCDS, CCDL, RRDS, RRDL, FAW, PPD, RFC, REFI },
    ...{ pseudoChannels, bankGroups, banksPerGroup, activateSlots, splitCommandBus },
  };
}
