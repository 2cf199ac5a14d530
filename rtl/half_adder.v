// Adds two bits.
// Synthesis may map it to an adder cell of the technology.
`default_nettype none

module half_adder (
  input wire a_i,
  input wire b_i,
  output wire sum_o,
  output wire carry_o
);

  assign sum_o = a_i ^ b_i;
  assign carry_o = a_i & b_i;

endmodule

`default_nettype wire
