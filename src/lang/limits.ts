/** Bounds on what a design text may ask for, so that any text is answered in bounded time and memory. */
export const limits = {
  /** Characters of a file. */
  characters: 2_000_000,
  /** Brackets, and `if`s, inside each other. */
  nesting: 100,
  /** Operators before one operand, or brackets behind it. */
  affixes: 32,
  /** Bits of an integer that is known when the design is made. */
  integerBits: 4096,
  /** Bits of one word. */
  wordBits: 65_536,
  /** Innermost elements of one vector. */
  elements: 65_536,
  /** Vectors in vectors. */
  dimensions: 8,
  /** Nodes of a datapath, and of all that it instantiates taken apart. */
  nodes: 1_000_000,
  /** Nodes of all datapaths that one run makes, each with all that it instantiates. */
  allNodes: 8_000_000,
  /** Expressions evaluated in one elaboration. */
  steps: 4_000_000,
  /** Expressions inside each other while they are evaluated, through all called datapaths. */
  depth: 400,
  /** Datapaths that call each other, from the top to the innermost. */
  hierarchy: 32,
  /** Characters of a name. */
  nameCharacters: 256,
  /** Lets looked through for a loop. */
  loopSearch: 10_000,
  /** Faults told in one run. */
  faults: 100,
} as const;
