import type { AdderRole, Technology } from './technology.js';

/** The leaf modules that stand for adder cells: their names with inputs a_i, b_i, c_i and outputs sum_o and carry_o. */
export const adderLeaves = ['full_adder', 'full_adder_n', 'half_adder', 'half_adder_n'] as const;

/**
 * Signed products by unsigned ones (Baugh and Wooley, 1973): with a = a' − s·2^m and b = b' − t·2^n, where s and t are
 * the sign bits, a·b = a'·b' + s·t·2^(m+n) − s·b'·2^m − t·a'·2^n, and each subtraction is the addition of a complement
 * and a constant. All at the width of the result, so that it may be joined with the sum it is part of.
 */
export const productMap = `(* techmap_celltype = "$mul" *)
module signed_product (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  (* force_downto *) input [A_WIDTH-1:0] A;
  (* force_downto *) input [B_WIDTH-1:0] B;
  (* force_downto *) output [Y_WIDTH-1:0] Y;
  localparam M = A_WIDTH - 1;
  localparam N = B_WIDTH - 1;
  wire _TECHMAP_FAIL_ = !(A_SIGNED && B_SIGNED && M > 0 && N > 0 && Y_WIDTH > M + N);
  wire [M-1:0] a = A[M-1:0];
  wire [N-1:0] b = B[N-1:0];
  wire [Y_WIDTH-1:0] one = 1;
  wire [Y_WIDTH-1:0] product = a * b;
  wire [M+N:0] corner = {A[M] & B[N], {(M+N){1'b0}}};
  wire [M+N-1:0] row = {~(b & {N{A[M]}}), {M{1'b0}}};
  wire [M+N-1:0] column = {~(a & {M{B[N]}}), {N{1'b0}}};
  wire [Y_WIDTH-1:0] constant = -(((one << M) - one) << N) - (((one << N) - one) << M);
  assign Y = product + corner + row + column + constant;
endmodule
`;

/** Verilog that maps Yosys' one-bit `$fa` to the technology's full adder; empty for a technology without one. */
export function adderMap({ roles: { fullAdder } }: Technology): string {
  if (!fullAdder) return '';
  const { cell, inputs, sum, carry } = fullAdder;
  return `(* techmap_celltype = "$fa" *)
module full_adder (A, B, C, X, Y);
  parameter WIDTH = 1;
  input [WIDTH-1:0] A, B, C;
  output [WIDTH-1:0] X, Y;
  genvar i;
  generate for (i = 0; i < WIDTH; i = i + 1) begin : bits
    wire s, c;
    ${cell} adder (${connections(inputs)}, .${sum.pin}(s), .${carry.pin}(c));
    assign Y[i] = ${sum.inverted ? '~' : ''}s;
    assign X[i] = ${carry.inverted ? '~' : ''}c;
  end endgenerate
endmodule
`;
}

/**
 * Verilog that maps the adders of `rtl/` to the technology's cells; empty for a technology without any. `_n` gives
 * complements, so that a cell that inverts (or does not) fits one of the two without inverters.
 */
export function leafMap({ roles: { fullAdder, halfAdder } }: Technology): string {
  return adderLeaves
    .map((name) => {
      const role = name.startsWith('full') ? fullAdder : halfAdder;
      return role ? leafText(name, role) : '';
    })
    .join('');
}

function leafText(name: string, { cell, inputs, sum, carry }: AdderRole): string {
  const complement = name.endsWith('_n');
  const pins = inputs.map((pin, k) => `.${pin}(${'abc'[k]}_i)`).join(', ');
  const output = (port: string, inverted: boolean, wire: string): string =>
    `  assign ${port} = ${inverted === complement ? '' : '~'}${wire};`;
  return `module ${name} (${inputs.map((_, k) => `input ${'abc'[k]}_i, `).join('')}output sum_o, output carry_o);
  wire s, c;
  ${cell} adder (${pins}, .${sum.pin}(s), .${carry.pin}(c));
${output('sum_o', sum.inverted, 's')}
${output('carry_o', carry.inverted, 'c')}
endmodule
`;
}

function connections(inputs: AdderRole['inputs']): string {
  return inputs.map((pin, k) => `.${pin}(${'ABC'[k]}[i])`).join(', ');
}
