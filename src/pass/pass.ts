import type { Design, Module } from '../ir/index.js';

/** A transformation of designs that keeps what they compute (pipelining: but for the latency it adds). */
export interface Pass {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  run(design: Design): Design;
}

/** A pass that treats every module by itself. */
export function perModule(name: string, about: string, run: (module: Module) => Module): Pass {
  return { name, about, run: (design) => ({ ...design, modules: design.modules.map(run) }) };
}
