/** Verilog-2005 and SystemVerilog keywords that a designer might take for a name. */
const keywords = new Set(
  (
    'always and assign automatic begin bit buf byte case casex casez cell class config const deassign default defparam ' +
    'design disable do edge else end endcase endconfig endfunction endgenerate endmodule endtask enum event export ' +
    'extends extern final for force forever fork function generate genvar if import include initial inout input inside ' +
    'instance int integer interface join large library local localparam logic longint medium modport module nand negedge ' +
    'new nor not null or output package packed parameter posedge primitive priority program property protected pull0 ' +
    'pull1 pulldown pullup pure rand real realtime ref reg release repeat return scalared sequence shortint shortreal ' +
    'signed small specify static string strong0 strong1 struct super supply0 supply1 table task this time timescale tran ' +
    'tri tri0 tri1 type typedef union unique unsigned use uwire var vectored virtual void wait wand weak0 weak1 while ' +
    'wire with wor xnor xor'
  ).split(' '),
);

/** Hands out names that are legal in Verilog, not keywords, and each given once. */
export interface Names {
  /** `wish` itself if it is free, else with the lowest free number behind it. */
  take(wish: string): string;
}

/** An empty set of names; comparisons ignore case, as some tools do. */
export function names(): Names {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return {
    take(wish) {
      const base = legal(wish);
      let name = base;
      let number = next.get(base) ?? 1;
      while (taken.has(name.toLowerCase())) name = `${base}_${number++}`;
      next.set(base, number);
      taken.add(name.toLowerCase());
      return name;
    },
  };
}

/** The nearest legal identifier in snake case: `myValue.x` becomes `my_value_x`. */
export function legal(wish: string): string {
  const snake = wish
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9_]/g, '_')
    .toLowerCase();
  const named = /^[a-z_]/.test(snake) ? snake : `n_${snake}`;
  return keywords.has(named) ? `${named}_x` : named;
}
