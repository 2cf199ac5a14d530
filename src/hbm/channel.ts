import { emptyChains, link, none, unlink } from './channel-chains.js';
import type { Channel, ChannelOptions, CommandName, CommandSink, DataSink } from './channel-interface.js';
import { noRequests, release, take } from './channel-requests.js';
import type { TimingSet } from './timing.js';

/** After so many younger requests that hit an open row, the bank's oldest request has its turn. */
const mostPassed = 16;

// Times are 32-bit integers, which are quicker than others: clocks since an epoch that moves along.
const never = 2 ** 31 - 1;
const longAgo = -(2 ** 29);
const mostNow = 2 ** 30;

// What a bank wants next, those of lower rank first.
const nothing = 0;
const aRead = 1;
const aWrite = 2;
const anActivate = 3;
const aPrecharge = 4;
const kinds = 5;
/** Between commands of different rank; more than there will be requests. */
const aRank = 2 ** 50;

/**
 * A memory channel, command by command: of all commands that waiting requests need next, the one that is legal first
 * is given, a column command before others of that clock, then the oldest request's. All-bank refreshes come when they
 * are due. Every pair of commands keeps the distances of the timings.
 *
 * What a bank wants is kept until something happens to the bank, and banks that want the same are in the order in which they
 * will be ready; so a step looks at few of them. Clocks of arrivals and commands are exact up to 2^53.
 */
export function channel(
  timing: TimingSet,
  options: ChannelOptions,
  onData: DataSink,
  onCommand?: CommandSink,
): Channel {
  // As constants of their own they are quicker to come by.
  const { BL, CL, CWL, RCDRD, RCDWR, RP, RAS, RC, RTP, RRDS, RRDL, FAW, PPD, RFC, REFI } = timing.cycles;
  const { CCDS, CCDL, WTRS, WTRL, WR } = timing.cycles;
  const { pseudoChannels, bankGroups, banksPerGroup, activateSlots, splitCommandBus } = timing.organisation;
  const perPseudo = bankGroups * banksPerGroup;
  const banks = pseudoChannels * perPseudo;
  const groups = pseudoChannels * bankGroups;
  const inOrder = options.scheduler === 'in-order';
  const closes = options.page === 'closed';

  const r = noRequests(banks);
  const { pending } = r;
  let age = 0;
  let waiting = 0;
  // Of each pseudo-channel: its requests that are not in the window yet; in order, its oldest request, too.
  const lineHead = new Int32Array(pseudoChannels).fill(none);
  const queueHead = new Int32Array(pseudoChannels).fill(none);
  const queueTail = new Int32Array(pseudoChannels).fill(none);
  const inWindow = new Int32Array(pseudoChannels);

  const pseudoOf = Int32Array.from({ length: banks }, (_, bank) => Math.floor(bank / perPseudo));
  const groupOf = Int32Array.from({ length: banks }, (_, bank) => Math.floor(bank / banksPerGroup));
  const openRow = new Int32Array(banks).fill(none);
  const actReady = new Int32Array(banks);
  const preReady = new Int32Array(banks);
  const readReady = new Int32Array(banks);
  const writeReady = new Int32Array(banks);
  const passed = new Int32Array(banks);
  const wants = new Uint8Array(banks);
  const wantedBy = new Int32Array(banks);
  /** When its own commands let a bank have what it wants, and its place among commands of the same time. */
  const ready = new Int32Array(banks);
  const place = new Float64Array(banks);
  /** The banks of a pseudo-channel that want the same, in the order in which they are ready. */
  const wishes = emptyChains(pseudoChannels * kinds, banks);
  /** Of a pseudo-channel the banks whose precharges only wait for others, by their place; they are in no other chain. */
  const overdue = emptyChains(pseudoChannels, banks);
  const isOverdue = new Uint8Array(banks);
  /** The command that is next in each pseudo-channel, as long as nothing happens to it: its bank and its time. */
  const isKnown = new Uint8Array(pseudoChannels);
  const knownBank = new Int32Array(pseudoChannels).fill(none);
  const knownTime = new Int32Array(pseudoChannels);
  /** When the commands of a group's other banks, and of a pseudo-channel's, allow each kind. */
  const groupGate = new Int32Array(groups * kinds);
  const pseudoGate = new Int32Array(pseudoChannels * kinds);
  const window4 = new Int32Array(4 * pseudoChannels).fill(longAgo);
  const actCount = new Int32Array(pseudoChannels);
  const refreshDue = new Int32Array(pseudoChannels).fill(options.refresh ? REFI : never);
  const busy = new Float64Array(pseudoChannels);
  let rowBus = 0;
  let columnBus = 0;
  let now = 0;
  let epoch = 0;
  let [reads, writes, activates, hits, misses, conflicts, refreshes] = [0, 0, 0, 0, 0, 0, 0];

  const ccd = Math.max(CCDS, BL);
  const ccdSame = Math.max(CCDL, BL);
  const readToWrite = CL + BL + 2 - CWL;
  const writeToRead = CWL + BL + WTRS;
  const writeToReadSame = CWL + BL + WTRL;
  const writeToPre = CWL + BL + WR;

  function submit(
    pseudo: number,
    bank: number,
    row: number,
    isWrite: boolean,
    arrival: number,
    tag: number,
  ): void {
    const id = take(r);
    r.bank[id] = pseudo * perPseudo + bank;
    r.row[id] = row;
    r.isWrite[id] = isWrite ? 1 : 0;
    r.arrival[id] = arrival;
    r.tag[id] = tag;
    r.age[id] = age++;
    r.found[id] = 0;
    r.next[id] = none;
    if (queueHead[pseudo] !== none || lineHead[pseudo] !== none) r.next[queueTail[pseudo]!] = id;
    if (queueHead[pseudo] === none) queueHead[pseudo] = id;
    if (inOrder && lineHead[pseudo] === none) lineHead[pseudo] = id;
    queueTail[pseudo] = id;
    waiting++;
  }

  /** Lets requests that have come into the window while there is room. Gives when the next could enter. */
  function admit(pseudo: number): number {
    while (inWindow[pseudo]! < options.window) {
      const id = queueHead[pseudo]!;
      if (id === none) break;
      const arrival = r.arrival[id]! - epoch;
      if (arrival > now) return arrival;
      queueHead[pseudo] = r.next[id]!;
      inWindow[pseudo]!++;
      const bank = r.bank[id]!;
      const isFirst = pending.first[bank] === none;
      link(pending, bank, id, pending.last[bank]!);
      // A younger request changes nothing for a bank but where it hits the open row.
      if (isFirst || (openRow[bank] === r.row[id]! && wants[bank] !== aRead)) consider(bank, pseudo);
    }
    return Infinity;
  }

  /** Finds what a bank wants next. */
  function consider(bank: number, pseudo: number): void {
    const first = pending.first[bank]!;
    const row = openRow[bank]!;
    if (first === none) return want(bank, pseudo, nothing, none, 0);
    if (row === none) return want(bank, pseudo, anActivate, first, actReady[bank]!);
    const hit = hitAt(bank, pseudo, row, first);
    if (hit !== none)
      if (r.isWrite[hit] !== 0) want(bank, pseudo, aWrite, hit, writeReady[bank]!);
      else want(bank, pseudo, aRead, hit, readReady[bank]!);
    else if (r.row[first] !== row) want(bank, pseudo, aPrecharge, first, preReady[bank]!);
    else want(bank, pseudo, nothing, none, 0);
  }

  /** The request of a bank that may use its open row. */
  function hitAt(bank: number, pseudo: number, row: number, first: number): number {
    if (inOrder) {
      const oldest = lineHead[pseudo]!;
      return r.bank[oldest] === bank && r.row[oldest] === row ? oldest : none;
    }
    if (passed[bank]! >= mostPassed) return r.row[first] === row ? first : none;
    return wanted(row, first);
  }

  /** The oldest request of a bank, from one on, for a row. */
  function wanted(row: number, from: number): number {
    let id = from;
    while (id !== none && r.row[id] !== row) id = pending.next[id]!;
    return id;
  }

  /** Puts a bank among those that want the same. */
  function want(bank: number, pseudo: number, kind: number, id: number, time: number): void {
    isKnown[pseudo] = 0;
    if (isOverdue[bank] !== 0) unlink(overdue, pseudo, bank);
    else if (wants[bank] !== nothing) unlink(wishes, pseudo * kinds + wants[bank]!, bank);
    isOverdue[bank] = 0;
    wants[bank] = kind;
    if (kind === nothing) return;
    wantedBy[bank] = id;
    ready[bank] = time;
    place[bank] = (kind > aWrite ? (kind - aWrite) * aRank : 0) + r.age[id]!;
    const chain = pseudo * kinds + kind;
    let behind = wishes.last[chain]!;
    while (behind !== none && ready[behind]! > time) behind = wishes.before[behind]!;
    link(wishes, chain, bank, behind);
  }

  let prechargeTime = never;

  /** Finds the next command of a pseudo-channel that comes before its refresh is due. */
  function findNext(pseudo: number): void {
    const due = refreshDue[pseudo]!;
    let best = none;
    let bestTime = never;
    for (let kind = aRead; kind <= anActivate; kind++) {
      const chain = pseudo * kinds + kind;
      let bank = wishes.first[chain]!;
      if (bank === none) continue;
      let gate = kind <= aWrite ? columnBus : rowBus;
      if (now > gate) gate = now;
      if (pseudoGate[chain]! > gate) gate = pseudoGate[chain]!;
      // Of commands at one time, columns come before activates and those before precharges.
      if (gate >= due || gate > bestTime || (gate === bestTime && kind > aWrite)) continue;
      for (; bank !== none && ready[bank]! <= bestTime; bank = wishes.next[bank]!) {
        const own = groupGate[groupOf[bank]! * kinds + kind]!;
        let time = own > gate ? own : gate;
        if (ready[bank]! > time) time = ready[bank]!;
        if (time > bestTime || time >= due || (time === bestTime && place[bank]! > place[best]!)) continue;
        bestTime = time;
        best = bank;
      }
    }
    if (overdue.first[pseudo] !== none || wishes.first[pseudo * kinds + aPrecharge] !== none) {
      const bank = nextPrecharge(pseudo, bestTime < due ? bestTime : due);
      if (bank !== none) {
        bestTime = prechargeTime;
        best = bank;
      }
    }
    knownBank[pseudo] = best;
    knownTime[pseudo] = bestTime;
    isKnown[pseudo] = 1;
  }

  /**
   * The bank to be precharged next, if one can be before a time; and when. No group holds precharges up, so of those that
   * are ready by the time that any may go, the first by its place is the next.
   */
  function nextPrecharge(pseudo: number, before: number): number {
    const chain = pseudo * kinds + aPrecharge;
    prechargeTime = Math.max(now, rowBus, pseudoGate[chain]!);
    if (prechargeTime >= before) return none;
    let bank = wishes.first[chain]!;
    for (; bank !== none && ready[bank]! <= prechargeTime; bank = wishes.first[chain]!) {
      unlink(wishes, chain, bank);
      isOverdue[bank] = 1;
      let behind = overdue.last[pseudo]!;
      while (behind !== none && place[behind]! > place[bank]!) behind = overdue.before[behind]!;
      link(overdue, pseudo, bank, behind);
    }
    if (overdue.first[pseudo] !== none) return overdue.first[pseudo]!;
    prechargeTime = ready[bank]!;
    if (prechargeTime >= before) return none;
    let first = bank;
    for (; bank !== none && ready[bank] === prechargeTime; bank = wishes.next[bank]!)
      if (place[bank]! < place[first]!) first = bank;
    return first;
  }

  // The command chosen in a step: of a bank; or, of all banks of a pseudo-channel, to close them or to refresh them.
  let chosenTime = never;
  let chosenBank = none;
  let chosenPseudo = none;
  let chosenRefresh = false;

  /** Finds the next command as things are. Gives when the next request comes. */
  function choose(): number {
    let next = Infinity;
    chosenTime = never;
    chosenBank = none;
    for (let pseudo = 0; pseudo < pseudoChannels; pseudo++) {
      if (queueHead[pseudo] !== none) next = Math.min(next, admit(pseudo));
      if (isKnown[pseudo] === 0 || knownTime[pseudo]! < busFor(knownBank[pseudo]!)) findNext(pseudo);
      const bank = knownBank[pseudo]!;
      const time = knownTime[pseudo]!;
      if (bank === none || time > chosenTime) continue;
      if (time === chosenTime && place[bank]! > place[chosenBank]!) continue;
      chosenTime = time;
      chosenBank = bank;
    }
    for (let pseudo = 0; pseudo < pseudoChannels; pseudo++)
      if (chosenTime >= refreshDue[pseudo]!) considerRefresh(pseudo);
    return next;
  }

  /** When the pins are free for what a bank wants. */
  function busFor(bank: number): number {
    if (bank === none) return longAgo;
    return wants[bank]! <= aWrite ? columnBus : rowBus;
  }

  /** Refreshes of a pseudo-channel come before whatever is not over when they are due. */
  function considerRefresh(pseudo: number): void {
    const due = refreshDue[pseudo]!;
    let anyOpen = false;
    let closing = Math.max(now, rowBus, due, pseudoGate[pseudo * kinds + aPrecharge]!);
    let closed = Math.max(now, rowBus, due);
    for (let bank = pseudo * perPseudo; bank < (pseudo + 1) * perPseudo; bank++) {
      if (openRow[bank] !== none) {
        anyOpen = true;
        if (preReady[bank]! > closing) closing = preReady[bank]!;
      } else {
        if (actReady[bank]! > closed) closed = actReady[bank]!;
        // A row that closes by itself must not be precharged before its time either.
        if (actReady[bank]! - RP > closing) closing = actReady[bank]! - RP;
      }
    }
    const time = anyOpen ? closing : closed;
    if (time >= chosenTime) return;
    chosenTime = time;
    chosenBank = none;
    chosenPseudo = pseudo;
    chosenRefresh = !anyOpen;
  }

  function step(before = Infinity): boolean {
    if (waiting === 0) return false;
    if (now > mostNow) moveEpoch(now);
    // Nothing is done in the knowledge of requests that are yet to come.
    for (let next = choose(); next <= chosenTime || chosenTime === never; next = choose())
      if (epoch + next >= before) return false;
      else if (next > mostNow) moveEpoch(next);
      else now = next;
    if (epoch + chosenTime >= before) return false;
    now = chosenTime;
    if (chosenBank === none) allBanks(chosenPseudo);
    else if (wants[chosenBank] === anActivate) activate(chosenBank);
    else if (wants[chosenBank] === aPrecharge) precharge(chosenBank);
    else column(chosenBank);
    return true;
  }

  /** Counts clocks from a later one on, which becomes now. */
  function moveEpoch(clocks: number): void {
    epoch += clocks;
    now = 0;
    rowBus = Math.max(longAgo, rowBus - clocks);
    columnBus = Math.max(longAgo, columnBus - clocks);
    const gates = [
      actReady,
      preReady,
      readReady,
      writeReady,
      ready,
      knownTime,
      groupGate,
      pseudoGate,
      window4,
    ];
    for (const times of [...gates, refreshDue])
      for (let at = 0; at < times.length; at++)
        if (times[at] !== never) times[at] = Math.max(longAgo, times[at]! - clocks);
  }

  function takeRowBus(slots: number): void {
    rowBus = now + slots;
    if (!splitCommandBus) columnBus = rowBus;
  }

  function activate(bank: number): void {
    const id = wantedBy[bank]!;
    const pseudo = pseudoOf[bank]!;
    if (r.found[id] === 0) r.found[id] = 2;
    openRow[bank] = r.row[id]!;
    actReady[bank] = now + RC;
    preReady[bank] = now + RAS;
    readReady[bank] = now + RCDRD;
    writeReady[bank] = now + RCDWR;
    passed[bank] = 0;
    hold(groupGate, groupOf[bank]! * kinds + anActivate, now + RRDL);
    window4[4 * pseudo + (actCount[pseudo]!++ & 3)] = now;
    const fourth = window4[4 * pseudo + (actCount[pseudo]! & 3)]!;
    hold(pseudoGate, pseudo * kinds + anActivate, now + RRDS);
    hold(pseudoGate, pseudo * kinds + anActivate, fourth + FAW);
    takeRowBus(activateSlots);
    activates++;
    consider(bank, pseudo);
    onCommand?.(epoch + now, pseudo, 'ACT', bank % perPseudo, openRow[bank]!);
  }

  function precharge(bank: number): void {
    const pseudo = pseudoOf[bank]!;
    r.found[wantedBy[bank]!] = 3;
    close(bank, now + RP);
    hold(pseudoGate, pseudo * kinds + aPrecharge, now + PPD);
    takeRowBus(1);
    consider(bank, pseudo);
    onCommand?.(epoch + now, pseudo, 'PRE', bank % perPseudo, -1);
  }

  function close(bank: number, actFrom: number): void {
    openRow[bank] = none;
    hold(actReady, bank, actFrom);
  }

  /** Closes all banks of a pseudo-channel that are open; or, if none is, refreshes them. */
  function allBanks(pseudo: number): void {
    const isRefresh = chosenRefresh;
    for (let bank = pseudo * perPseudo; bank < (pseudo + 1) * perPseudo; bank++) {
      if (isRefresh) actReady[bank] = now + RFC;
      else if (openRow[bank] !== none) close(bank, now + RP);
      consider(bank, pseudo);
    }
    takeRowBus(1);
    if (isRefresh) {
      refreshDue[pseudo]! += REFI;
      refreshes++;
    } else hold(pseudoGate, pseudo * kinds + aPrecharge, now + PPD);
    onCommand?.(epoch + now, pseudo, isRefresh ? 'REF' : 'PREA', -1, -1);
  }

  function column(bank: number): void {
    const id = wantedBy[bank]!;
    const pseudo = pseudoOf[bank]!;
    const isWrite = r.isWrite[id] !== 0;
    const row = openRow[bank]!;
    const found = r.found[id]!;
    const tag = r.tag[id]!;
    remove(id, bank, pseudo);
    const closing = closes && wanted(row, pending.first[bank]!) === none;
    hold(preReady, bank, now + (isWrite ? writeToPre : RTP));
    if (closing) close(bank, preReady[bank]! + RP);
    holdColumns(pseudo, groupOf[bank]!, isWrite);
    columnBus = now + 1;
    if (!splitCommandBus) rowBus = columnBus;
    busy[pseudo]! += BL;
    if (isWrite) writes++;
    else reads++;
    if (found === 0) hits++;
    else if (found === 2) misses++;
    else conflicts++;
    consider(bank, pseudo);
    if (inOrder && lineHead[pseudo] !== queueHead[pseudo]) consider(r.bank[lineHead[pseudo]!]!, pseudo);
    if (onCommand) {
      const name = ((isWrite ? 'WR' : 'RD') + (closing ? 'A' : '')) as CommandName;
      onCommand(epoch + now, pseudo, name, bank % perPseudo, row);
    }
    onData(tag, epoch + now + (isWrite ? CWL : CL) + BL);
  }

  /** The next columns come no earlier than one that is read or written now allows. */
  function holdColumns(pseudo: number, group: number, isWrite: boolean): void {
    hold(pseudoGate, pseudo * kinds + aRead, now + (isWrite ? writeToRead : ccd));
    hold(pseudoGate, pseudo * kinds + aWrite, now + (isWrite ? ccd : readToWrite));
    hold(groupGate, group * kinds + aRead, now + (isWrite ? writeToReadSame : ccdSame));
    if (isWrite) hold(groupGate, group * kinds + aWrite, now + ccdSame);
  }

  /** Takes a request out of its lists. */
  function remove(id: number, bank: number, pseudo: number): void {
    if (pending.first[bank] === id) passed[bank] = 0;
    else passed[bank]!++;
    unlink(pending, bank, id);
    waiting--;
    inWindow[pseudo]!--;
    if (inOrder) lineHead[pseudo] = r.next[id]!;
    release(r, id);
  }

  return {
    submit,
    step,
    counts: () => ({ reads, writes, activates, hits, misses, conflicts, refreshes, busy: [...busy] }),
  };
}

/** What comes next at some place may not come before a time. */
function hold(times: Int32Array, at: number, time: number): void {
  if (times[at]! < time) times[at] = time;
}
