/** What must be known of a top module to put registers around it. */
export interface HarnessPorts {
  readonly data: readonly {
    /** Its name in Verilog. */
    readonly verilog: string;
    readonly direction: 'input' | 'output';
    readonly width: number;
  }[];
  /** What its clock and its reset are called, where it has them. */
  readonly clock?: string | undefined;
  readonly reset?: string | undefined;
}

/** A module that wraps another one. */
export interface Harness {
  readonly top: string;
  readonly file: string;
  readonly text: string;
  readonly flipFlops: number;
}

/**
 * A circuit between registers, so that it fits any number of pins and its slowest path is one from register to register: inputs
 * come from a shift register, outputs go to registers, which a second shift register folds into one pin.
 */
export function harnessOf(top: string, { data, clock, reset }: HarnessPorts): Harness {
  const inputs = data.filter(({ direction }) => direction === 'input');
  const outputs = data.filter(({ direction }) => direction === 'output');
  const [driven, heard] = [inputs, outputs].map((ports) =>
    Math.max(
      1,
      ports.reduce((sum, { width }) => sum + width, 0),
    ),
  ) as [number, number];
  const name = `${top}_between_registers`;
  const connected = [
    ...(clock === undefined ? [] : [`.${clock}(clk)`]),
    ...(reset === undefined ? [] : [`.${reset}(rst_n)`]),
    ...connections(inputs, 'drive_q'),
    ...connections(outputs, 'heard'),
  ];
  const text = `\`default_nettype none

module ${name} (
  input wire clk,
  input wire rst_n,
  input wire scan,
  output wire fold
);
  reg [${driven - 1}:0] drive_q;
  reg [${heard - 1}:0] heard_q;
  reg [${heard - 1}:0] fold_q;
  wire [${heard - 1}:0] heard;

  always @(posedge clk) begin
    drive_q <= {drive_q, scan};
    heard_q <= heard;
    fold_q <= (fold_q << 1) ^ heard_q;
  end

  ${top} circuit (
    ${connected.join(',\n    ')}
  );

  assign fold = fold_q[${heard - 1}];
endmodule

\`default_nettype wire
`;
  return { top: name, file: `${name}.v`, text, flipFlops: driven + 2 * heard };
}

/** Ports connected to the bits of a vector, in order. */
function connections(ports: HarnessPorts['data'], vector: string): string[] {
  let low = 0;
  return ports.map(({ verilog, width }) => {
    const bits = `${vector}[${low + width - 1}:${low}]`;
    low += width;
    return `.${verilog}(${bits})`;
  });
}
