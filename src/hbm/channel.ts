import type { Channel, ChannelOptions, CommandName, CommandSink, DataSink } from './channel-interface.js';
import type { TimingSet } from './timing.js';

/** After so many younger requests that hit an open row, the bank's oldest request has its turn. */
const mostPassed = 16;
const never = -1e15;

/**
 * A memory channel, command by command: of all commands that waiting requests need next, the one that is legal first
 * is given, a column command before others of that clock, then the oldest request's. All-bank refreshes come when they
 * are due. Every pair of commands keeps the distances of the timings.
 */
export function channel(
  timing: TimingSet,
  options: ChannelOptions,
  onData: DataSink,
  onCommand?: CommandSink,
): Channel {
  const { organisation, cycles: t } = timing;
  const { pseudoChannels, bankGroups, banksPerGroup, activateSlots, splitCommandBus } = organisation;
  const perPseudo = bankGroups * banksPerGroup;
  const banks = pseudoChannels * perPseudo;
  const groups = pseudoChannels * bankGroups;
  const inOrder = options.scheduler === 'in-order';
  const closes = options.page === 'closed';

  // Requests, by index; freed indices are used again.
  const bankOf: number[] = [];
  const rowOf: number[] = [];
  const writeOf: boolean[] = [];
  const arrivalOf: number[] = [];
  const tagOf: number[] = [];
  const ageOf: number[] = [];
  /** 0 until a command was given for the request, then what it found: 1 a hit, 2 no row, 3 another row. */
  const foundOf: number[] = [];
  const free: number[] = [];
  let age = 0;
  let waiting = 0;

  const queue: number[][] = Array.from({ length: pseudoChannels }, () => []);
  const queueHead = new Int32Array(pseudoChannels);
  const inWindow = new Int32Array(pseudoChannels);
  const pending: number[][] = Array.from({ length: banks }, () => []);
  /** In order: the requests of a pseudo-channel's window by age. */
  const line: number[][] = Array.from({ length: pseudoChannels }, () => []);

  const pseudoOf = Int32Array.from({ length: banks }, (_, bank) => Math.floor(bank / perPseudo));
  const groupOf = Int32Array.from({ length: banks }, (_, bank) => Math.floor(bank / banksPerGroup));
  const openRow = new Float64Array(banks).fill(-1);
  const actReady = new Float64Array(banks);
  const preReady = new Float64Array(banks);
  const readReady = new Float64Array(banks);
  const writeReady = new Float64Array(banks);
  /** Before this, an open bank takes no command at all. */
  const soonestOf = new Float64Array(banks);
  const passed = new Int32Array(banks);
  const groupAct = new Float64Array(groups).fill(never);
  const groupRead = new Float64Array(groups).fill(never);
  const groupWrite = new Float64Array(groups).fill(never);
  const lastAct = new Float64Array(pseudoChannels).fill(never);
  const lastPre = new Float64Array(pseudoChannels).fill(never);
  const lastRead = new Float64Array(pseudoChannels).fill(never);
  const lastWrite = new Float64Array(pseudoChannels).fill(never);
  const window4 = new Float64Array(4 * pseudoChannels).fill(never);
  const actCount = new Int32Array(pseudoChannels);
  const refreshDue = new Float64Array(pseudoChannels).fill(options.refresh ? t.REFI : Infinity);
  const actGate = new Float64Array(pseudoChannels);
  const preGate = new Float64Array(pseudoChannels);
  const readGate = new Float64Array(pseudoChannels);
  const writeGate = new Float64Array(pseudoChannels);
  const busy = new Float64Array(pseudoChannels);
  let rowBus = 0;
  let columnBus = 0;
  let now = 0;
  let [reads, writes, activates, hits, misses, conflicts, refreshes] = [0, 0, 0, 0, 0, 0, 0];

  const ccd = Math.max(t.CCDS, t.BL);
  const ccdSame = Math.max(t.CCDL, t.BL);
  const readToWrite = t.CL + t.BL + 2 - t.CWL;
  const writeToRead = t.CWL + t.BL + t.WTRS;
  const writeToReadSame = t.CWL + t.BL + t.WTRL;
  const writeToPre = t.CWL + t.BL + t.WR;

  function submit(
    pseudo: number,
    bank: number,
    row: number,
    isWrite: boolean,
    arrival: number,
    tag: number,
  ): void {
    const id = free.pop() ?? bankOf.length;
    bankOf[id] = pseudo * perPseudo + bank;
    rowOf[id] = row;
    writeOf[id] = isWrite;
    arrivalOf[id] = arrival;
    tagOf[id] = tag;
    ageOf[id] = age++;
    foundOf[id] = 0;
    waiting++;
    queue[pseudo]!.push(id);
  }

  /** Lets requests that have come into the window while there is room. Gives when the next could enter. */
  function admit(pseudo: number): number {
    const all = queue[pseudo]!;
    let next = Infinity;
    while (inWindow[pseudo]! < options.window && queueHead[pseudo]! < all.length) {
      const id = all[queueHead[pseudo]!]!;
      if (arrivalOf[id]! > now) {
        next = arrivalOf[id]!;
        break;
      }
      queueHead[pseudo]!++;
      inWindow[pseudo]!++;
      pending[bankOf[id]!]!.push(id);
      if (inOrder) line[pseudo]!.push(id);
    }
    if (queueHead[pseudo]! > 4096) {
      all.splice(0, queueHead[pseudo]);
      queueHead[pseudo] = 0;
    }
    return next;
  }

  // The command chosen so far in a step.
  let bestTime = 0;
  let bestId = -1;
  let bestBank = -1;
  let bestRank = 0;

  function consider(time: number, id: number, bank: number, rank: number): void {
    if (time > bestTime) return;
    if (time === bestTime) {
      if (rank > bestRank) return;
      if (rank === bestRank && bestId >= 0 && ageOf[bestId]! < ageOf[id]!) return;
    }
    bestTime = time;
    bestId = id;
    bestBank = bank;
    bestRank = rank;
  }

  /** The request of a bank that may use its open row, or −1. */
  function hitAt(bank: number, pseudo: number): number {
    const list = pending[bank]!;
    const row = openRow[bank]!;
    if (inOrder) {
      const first = line[pseudo]![0]!;
      return bankOf[first] === bank && rowOf[first] === row ? first : -1;
    }
    if (passed[bank]! >= mostPassed) return rowOf[list[0]!] === row ? list[0]! : -1;
    for (let at = 0; at < list.length; at++) if (rowOf[list[at]!] === row) return list[at]!;
    return -1;
  }

  function considerBank(bank: number): void {
    const isOpen = openRow[bank]! >= 0;
    const soonest = isOpen ? soonestOf[bank]! : actReady[bank]!;
    if (soonest > bestTime) return;
    const pseudo = pseudoOf[bank]!;
    const group = groupOf[bank]!;
    const due = refreshDue[pseudo]!;
    const first = pending[bank]![0]!;
    if (!isOpen) {
      let time = actGate[pseudo]!;
      if (actReady[bank]! > time) time = actReady[bank]!;
      if (groupAct[group]! + t.RRDL > time) time = groupAct[group]! + t.RRDL;
      if (time <= bestTime && time < due) consider(time, first, bank, 1);
      return;
    }
    const hit = hitAt(bank, pseudo);
    if (hit >= 0) {
      const time = writeOf[hit] ? writeTime(bank, pseudo, group) : readTime(bank, pseudo, group);
      if (time <= bestTime && time < due) consider(time, hit, bank, 0);
    } else if (rowOf[first] !== openRow[bank]) {
      const time = Math.max(preGate[pseudo]!, preReady[bank]!);
      if (time <= bestTime && time < due) consider(time, first, bank, 2);
    }
  }

  function readTime(bank: number, pseudo: number, group: number): number {
    let time = readGate[pseudo]!;
    if (readReady[bank]! > time) time = readReady[bank]!;
    if (groupRead[group]! + ccdSame > time) time = groupRead[group]! + ccdSame;
    if (groupWrite[group]! + writeToReadSame > time) time = groupWrite[group]! + writeToReadSame;
    return time;
  }

  function writeTime(bank: number, pseudo: number, group: number): number {
    return Math.max(writeGate[pseudo]!, writeReady[bank]!, groupWrite[group]! + ccdSame);
  }

  /** What holds for all banks of a pseudo-channel; requests in the window have come by now. */
  function findGates(pseudo: number): void {
    const rows = Math.max(now, rowBus);
    const columns = Math.max(now, columnBus);
    const fifth = window4[4 * pseudo + (actCount[pseudo]! & 3)]! + t.FAW;
    actGate[pseudo] = Math.max(rows, lastAct[pseudo]! + t.RRDS, fifth);
    preGate[pseudo] = Math.max(rows, lastPre[pseudo]! + t.PPD);
    readGate[pseudo] = Math.max(columns, lastRead[pseudo]! + ccd, lastWrite[pseudo]! + writeToRead);
    writeGate[pseudo] = Math.max(columns, lastWrite[pseudo]! + ccd, lastRead[pseudo]! + readToWrite);
  }

  /** Refreshes of a pseudo-channel come before whatever is not over when they are due. */
  function considerRefresh(pseudo: number): void {
    const due = refreshDue[pseudo]!;
    let anyOpen = false;
    let closing = Math.max(now, rowBus, due, lastPre[pseudo]! + t.PPD);
    let closed = Math.max(now, rowBus, due);
    for (let bank = pseudo * perPseudo; bank < (pseudo + 1) * perPseudo; bank++) {
      if (openRow[bank]! >= 0) {
        anyOpen = true;
        if (preReady[bank]! > closing) closing = preReady[bank]!;
      } else {
        if (actReady[bank]! > closed) closed = actReady[bank]!;
        // A row that closes by itself must not be precharged before its time either.
        if (actReady[bank]! - t.RP > closing) closing = actReady[bank]! - t.RP;
      }
    }
    const time = anyOpen ? closing : closed;
    if (time < bestTime) {
      bestTime = time;
      bestId = -1;
      bestBank = pseudo;
      bestRank = anyOpen ? 3 : 4;
    }
  }

  function step(): boolean {
    if (waiting === 0) return false;
    // Nothing is done in the knowledge of requests that are yet to come.
    for (let next = choose(); next <= bestTime; next = choose()) now = next;
    now = bestTime;
    if (bestRank === 0) column();
    else if (bestRank === 1) activate();
    else if (bestRank === 2) precharge();
    else if (bestRank === 3) prechargeAll();
    else refresh();
    return true;
  }

  /** Finds the next command as things are. Gives when the next request comes. */
  function choose(): number {
    let next = Infinity;
    for (let pseudo = 0; pseudo < pseudoChannels; pseudo++) {
      next = Math.min(next, admit(pseudo));
      findGates(pseudo);
    }
    bestTime = Infinity;
    bestId = -1;
    bestRank = 9;
    for (let bank = 0; bank < banks; bank++) if (pending[bank]!.length > 0) considerBank(bank);
    for (let pseudo = 0; pseudo < pseudoChannels; pseudo++)
      if (bestTime >= refreshDue[pseudo]!) considerRefresh(pseudo);
    return next;
  }

  function takeRowBus(slots: number): void {
    rowBus = now + slots;
    if (!splitCommandBus) columnBus = rowBus;
  }

  function activate(): void {
    const pseudo = pseudoOf[bestBank]!;
    if (foundOf[bestId] === 0) foundOf[bestId] = 2;
    openRow[bestBank] = rowOf[bestId]!;
    actReady[bestBank] = now + t.RC;
    preReady[bestBank] = now + t.RAS;
    readReady[bestBank] = now + t.RCDRD;
    writeReady[bestBank] = now + t.RCDWR;
    soonestOf[bestBank] = now + Math.min(t.RCDRD, t.RCDWR, t.RAS);
    passed[bestBank] = 0;
    groupAct[groupOf[bestBank]!] = now;
    lastAct[pseudo] = now;
    window4[4 * pseudo + (actCount[pseudo]!++ & 3)] = now;
    takeRowBus(activateSlots);
    activates++;
    onCommand?.(now, pseudo, 'ACT', bestBank % perPseudo, openRow[bestBank]!);
  }

  function precharge(): void {
    const pseudo = pseudoOf[bestBank]!;
    foundOf[bestId] = 3;
    openRow[bestBank] = -1;
    actReady[bestBank] = Math.max(actReady[bestBank]!, now + t.RP);
    lastPre[pseudo] = now;
    takeRowBus(1);
    onCommand?.(now, pseudo, 'PRE', bestBank % perPseudo, -1);
  }

  function prechargeAll(): void {
    const pseudo = bestBank;
    for (let bank = pseudo * perPseudo; bank < (pseudo + 1) * perPseudo; bank++) {
      if (openRow[bank]! < 0) continue;
      openRow[bank] = -1;
      actReady[bank] = Math.max(actReady[bank]!, now + t.RP);
    }
    lastPre[pseudo] = now;
    takeRowBus(1);
    onCommand?.(now, pseudo, 'PREA', -1, -1);
  }

  function refresh(): void {
    const pseudo = bestBank;
    for (let bank = pseudo * perPseudo; bank < (pseudo + 1) * perPseudo; bank++) actReady[bank] = now + t.RFC;
    refreshDue[pseudo]! += t.REFI;
    takeRowBus(1);
    refreshes++;
    onCommand?.(now, pseudo, 'REF', -1, -1);
  }

  function column(): void {
    const [id, bank] = [bestId, bestBank];
    const pseudo = pseudoOf[bank]!;
    const group = groupOf[bank]!;
    const isWrite = writeOf[id]!;
    remove(id, bank, pseudo);
    const closing = closes && !isWanted(bank);
    const row = openRow[bank]!;
    if (isWrite) {
      lastWrite[pseudo] = groupWrite[group] = now;
      preReady[bank] = Math.max(preReady[bank]!, now + writeToPre);
      writes++;
    } else {
      lastRead[pseudo] = groupRead[group] = now;
      preReady[bank] = Math.max(preReady[bank]!, now + t.RTP);
      reads++;
    }
    if (closing) {
      openRow[bank] = -1;
      actReady[bank] = Math.max(actReady[bank]!, preReady[bank]! + t.RP);
    }
    columnBus = now + 1;
    if (!splitCommandBus) rowBus = columnBus;
    busy[pseudo]! += t.BL;
    if (foundOf[id] === 0) hits++;
    else if (foundOf[id] === 2) misses++;
    else conflicts++;
    onCommand?.(
      now,
      pseudo,
      ((isWrite ? 'WR' : 'RD') + (closing ? 'A' : '')) as CommandName,
      bank % perPseudo,
      row,
    );
    onData(tagOf[id]!, now + (isWrite ? t.CWL : t.CL) + t.BL);
  }

  /** Whether a known request hits the open row of a bank. */
  function isWanted(bank: number): boolean {
    const list = pending[bank]!;
    for (let at = 0; at < list.length; at++) if (rowOf[list[at]!] === openRow[bank]) return true;
    return false;
  }

  function remove(id: number, bank: number, pseudo: number): void {
    const list = pending[bank]!;
    const at = list.indexOf(id);
    if (at > 0) passed[bank]!++;
    else passed[bank] = 0;
    list.splice(at, 1);
    if (inOrder) line[pseudo]!.shift();
    free.push(id);
    waiting--;
    inWindow[pseudo]!--;
  }

  return {
    submit,
    step,
    counts: () => ({ reads, writes, activates, hits, misses, conflicts, refreshes, busy: [...busy] }),
  };
}
