// Modules of one primitive each, and a few small ones of several, that the cost models are fitted to.
import { draft } from '../../dist/ir/index.js';

const port = (name, width, signed = false) => ({ name, width, lanes: 1, signed, format: `bits(${width})` });

function module(name, build) {
  const d = draft(name);
  let inputs = 0,
    outputs = 0;
  const io = {
    in: (width, signed) => d.input(port(`x${inputs++}`, width, signed)),
    out: (id) => d.output(port(`y${outputs++}`, d.widthOf(id)), id),
  };
  build(d, io);
  const made = d.finish('A sample.');
  return { name, written: { top: name, modules: [made] } };
}

const list = [];
const add = (name, build) => list.push(() => module(name, build));
const sx = (d, a, w, s) => d.extend(a, w, s);

for (const [m, n, s] of [
  [4, 4, 0],
  [8, 8, 0],
  [16, 16, 0],
  [8, 4, 0],
  [24, 24, 0],
  [12, 6, 0],
  [4, 4, 1],
  [8, 8, 1],
  [12, 12, 1],
  [16, 8, 1],
  [3, 3, 1],
  [2, 2, 1],
  [5, 11, 1],
])
  add(`mul_${s ? 's' : 'u'}_${m}_${n}`, (d, io) => io.out(d.mul(io.in(m), io.in(n), !!s)));
for (const [w, c, cw, s] of [
  [8, 93n, 7, 0],
  [12, 1365n, 11, 0],
  [16, 23170n, 16, 1],
  [10, 7n, 4, 1],
  [8, -77n, 8, 1],
])
  add(`cmul_${w}_${c < 0n ? 'm' : ''}${c < 0n ? -c : c}`, (d, io) =>
    io.out(d.mul(io.in(w), d.constant(c, cw), !!s)),
  );
for (const w of [4, 8, 12, 16, 24, 32, 48, 64])
  add(`add_${w}`, (d, io) => io.out(d.binary('add', io.in(w), io.in(w))));
for (const w of [6, 8, 16, 32]) add(`sub_${w}`, (d, io) => io.out(d.binary('sub', io.in(w), io.in(w))));
for (const w of [8, 20]) add(`inc_${w}`, (d, io) => io.out(d.binary('add', io.in(w), d.constant(1n, w))));
add('inc_bit_16', (d, io) => io.out(d.binary('add', io.in(16), d.extend(io.in(1), 16, false))));
for (const w of [8, 16]) add(`neg_${w}`, (d, io) => io.out(d.binary('sub', d.constant(0n, w), io.in(w))));
add('addx_24_8', (d, io) => io.out(d.binary('add', io.in(24), sx(d, io.in(8), 24, true))));
add('addc_16', (d, io) => io.out(d.binary('add', io.in(16), d.constant(0x5a3cn, 16))));
for (const [n, w, s] of [
  [3, 8, 0],
  [4, 8, 1],
  [8, 8, 1],
  [16, 4, 0],
  [32, 1, 0],
  [64, 1, 0],
  [5, 16, 1],
  [12, 3, 1],
])
  add(`sum_${n}_${w}${s ? 's' : ''}`, (d, io) => {
    const out = w + Math.ceil(Math.log2(n));
    let words = Array.from({ length: n }, () => sx(d, io.in(w), out, !!s));
    while (words.length > 1)
      words = words.flatMap((x, i) =>
        i % 2 ? [] : i + 1 < words.length ? [d.binary('add', x, words[i + 1])] : [x],
      );
    io.out(words[0]);
  });
for (const [n, a, b, s] of [
  [2, 8, 8, 1],
  [4, 4, 4, 1],
  [8, 8, 8, 1],
  [16, 4, 4, 0],
  [8, 2, 2, 1],
  [3, 6, 10, 0],
  [16, 8, 2, 1],
])
  add(`dotp_${n}_${a}_${b}${s ? 's' : ''}`, (d, io) => {
    const out = a + b + Math.ceil(Math.log2(n));
    let words = Array.from({ length: n }, () => sx(d, d.mul(io.in(a), io.in(b), !!s), out, !!s));
    while (words.length > 1)
      words = words.flatMap((x, i) =>
        i % 2 ? [] : i + 1 < words.length ? [d.binary('add', x, words[i + 1])] : [x],
      );
    io.out(words[0]);
  });
for (const [op, w, b, s] of [
  ['left', 8, 3, 0],
  ['left', 16, 4, 0],
  ['right', 24, 5, 0],
  ['right', 32, 5, 1],
  ['right', 64, 6, 0],
  ['right', 12, 8, 0],
  ['left', 27, 5, 0],
  ['right', 10, 6, 1],
])
  add(`shift_${op}_${w}_${b}${s ? 's' : ''}`, (d, io) => io.out(d.shift(op, io.in(w), io.in(b), !!s)));
add('mux_16', (d, io) => io.out(d.mux(io.in(1), io.in(16), io.in(16))));
for (const [n, w] of [
  [8, 8],
  [16, 4],
])
  add(`select_${n}_${w}`, (d, io) => {
    const by = io.in(Math.log2(n));
    let words = Array.from({ length: n }, () => io.in(w));
    for (let k = 0; words.length > 1; k++)
      words = words.flatMap((x, i) => (i % 2 ? [] : [d.mux(d.slice(by, k, 1), words[i + 1], x)]));
    io.out(words[0]);
  });
add('priority_8_8', (d, io) => {
  let word = io.in(8);
  for (let k = 0; k < 8; k++) word = d.mux(io.in(1), io.in(8), word);
  io.out(word);
});
for (const [op, w, s] of [
  ['lt', 8, 0],
  ['lt', 16, 0],
  ['lt', 32, 0],
  ['lt', 16, 1],
  ['eq', 8, 0],
  ['eq', 32, 0],
])
  add(`compare_${op}_${w}${s ? 's' : ''}`, (d, io) => io.out(d.compare(op, io.in(w), io.in(w), !!s)));
for (const [w, c] of [
  [12, 1234n],
  [8, 100n],
])
  add(`below_${w}_${c}`, (d, io) => io.out(d.compare('lt', io.in(w), d.constant(c, w), false)));
for (const op of ['and', 'or', 'xor']) {
  add(`${op}_32`, (d, io) => io.out(d.binary(op, io.in(32), io.in(32))));
  add(`reduce_${op}_40`, (d, io) => io.out(d.reduce(op, io.in(40))));
}
add('max_16', (d, io) => {
  const [a, b] = [io.in(16), io.in(16)];
  io.out(d.mux(d.compare('lt', a, b, true), b, a));
});
add('abs_16', (d, io) => {
  const a = io.in(16);
  io.out(d.mux(d.slice(a, 15, 1), d.binary('sub', d.constant(0n, 16), a), a));
});
add('absdiff_12', (d, io) => {
  const [a, b] = [io.in(12), io.in(12)];
  io.out(d.mux(d.compare('lt', a, b, false), d.binary('sub', b, a), d.binary('sub', a, b)));
});
add('clamp_20_8', (d, io) => {
  const a = io.in(20);
  const low = d.compare('lt', a, d.constant(-128n, 20), true),
    high = d.compare('lt', d.constant(127n, 20), a, true);
  io.out(d.slice(d.mux(low, d.constant(-128n, 20), d.mux(high, d.constant(127n, 20), a)), 0, 8));
});
const lzc = (d, a) => {
  const w = d.widthOf(a);
  let count = d.constant(BigInt(w), Math.ceil(Math.log2(w + 1)));
  const cw = d.widthOf(count);
  for (let i = 0; i < w; i++) count = d.mux(d.slice(a, i, 1), d.constant(BigInt(w - 1 - i), cw), count);
  return count;
};
const normal = (d, a) => {
  let w = d.widthOf(a),
    word = a;
  const bits = [];
  for (let k = Math.ceil(Math.log2(w)) - 1; k >= 0; k--) {
    const by = 1 << k;
    if (by >= w) continue;
    const zero = d.not(d.reduce('or', d.slice(word, w - by, by)));
    bits.unshift(zero);
    word = d.mux(zero, d.concat([d.constant(0n, by), d.slice(word, 0, w - by)]), word);
  }
  return [word, d.concat(bits)];
};
for (const w of [8, 24]) add(`lzc_${w}`, (d, io) => io.out(lzc(d, io.in(w))));
for (const w of [16, 28]) add(`normalise_${w}`, (d, io) => normal(d, io.in(w)).forEach(io.out));
add('align_24', (d, io) => {
  const [a, b, e, f] = [io.in(24), io.in(24), io.in(8), io.in(8)];
  const by = d.binary('sub', e, f);
  io.out(d.binary('add', d.extend(a, 26, false), d.extend(d.shift('right', b, by, false), 26, false)));
});
add('reg_32', (d, io) => {
  const r = d.reg(32);
  d.connect(r, io.in(32));
  io.out(r);
});
add('rege_32', (d, io) => {
  const r = d.reg(32);
  d.connect(r, io.in(32), { enable: io.in(1) });
  io.out(r);
});
add('regr_32', (d, io) => {
  const r = d.reg(32);
  d.connect(r, io.in(32), { reset: { by: d.reset(), to: 0n } });
  io.out(r);
});
add('regre_16', (d, io) => {
  const r = d.reg(16);
  d.connect(r, io.in(16), { enable: io.in(1), reset: { by: d.reset(), to: 0n } });
  io.out(r);
});
add('count_16', (d, io) => {
  const r = d.reg(16);
  d.connect(r, d.binary('add', r, d.constant(1n, 16)), {
    enable: io.in(1),
    reset: { by: d.reset(), to: 0n },
  });
  io.out(r);
});
for (const [w, a] of [
  [8, 24],
  [4, 16],
])
  add(`accumulate_${w}_${a}`, (d, io) => {
    const r = d.reg(a);
    const [x, y, clear] = [io.in(w), io.in(w), io.in(1)];
    const sum = d.binary('add', d.mux(clear, d.constant(0n, a), r), sx(d, d.mul(x, y, true), a, true));
    d.connect(r, sum, { enable: io.in(1), reset: { by: d.reset(), to: 0n } });
    io.out(r);
  });
add('pipe_12', (d, io) => {
  const [x, y, z] = [12, 12, 24].map((w) => {
    const r = d.reg(w);
    d.connect(r, io.in(w));
    return r;
  });
  const p = d.reg(24),
    q = d.reg(24),
    s = d.reg(24);
  d.connect(p, d.mul(x, y, false));
  d.connect(q, z);
  d.connect(s, d.binary('add', p, q));
  io.out(s);
});
add('line_8_16', (d, io) => {
  let w = io.in(16);
  for (let k = 0; k < 8; k++) {
    const r = d.reg(16);
    d.connect(r, w);
    w = r;
  }
  io.out(w);
});
add('rom_32_8', (d, io) => {
  const contents = Array.from({ length: 32 }, (_, k) => BigInt((k * k * 37 + 11 * k + 5) % 256));
  io.out(d.read(d.memory({ name: 'table', width: 8, depth: 32, synchronous: false, contents }), io.in(5)));
});
add('ram_16_8', (d, io) => {
  const m = d.memory({ name: 'store', width: 8, depth: 16, synchronous: false, contents: [] });
  d.write(m, io.in(4), io.in(8), io.in(1));
  io.out(d.read(m, io.in(4)));
});
/** Each a function that gives its name and its design. */
export const primitives = list;
