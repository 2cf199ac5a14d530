// Adds two bits; gives the complements of sum and carry.
// Synthesis may map it to an adder cell of the technology.
`default_nettype none

module half_adder_n (
  input wire a_i,
  input wire b_i,
  output wire sum_o,
  output wire carry_o
);

  assign sum_o = ~(a_i ^ b_i);
  assign carry_o = ~(a_i & b_i);

endmodule

`default_nettype wire
