import type { PointRow } from './row.js';
import type { PointStore } from './store.js';

/** How many rows may wait to be written before more is computed. */
const mostWaiting = 500;
/** How long after rows were written the next are waited for: to write a row by itself costs as much as to write hundreds together. */
const pauseMs = 500;

/** Keeps rows in a store while others are computed. */
export interface Keeper {
  /** Takes a row to be written; the promise holds up whoever computes faster than is written. */
  keep(row: PointRow): Promise<void>;
  /** All rows are on the disk. */
  written(): Promise<void>;
}

/** A keeper of a sweep's rows: those are written together that come soon behind each other; `kept` is told when they are on the disk. */
export function keeper(store: PointStore, id: string, kept: (rows: readonly PointRow[]) => void): Keeper {
  let waiting: PointRow[] = [];
  let writing: Promise<void> | undefined;
  let isUrgent = false;
  let goOn = (): void => undefined;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      await writeWaiting();
      await pause();
    }
    writing = undefined;
  }

  async function writeWaiting(): Promise<void> {
    const rows = waiting;
    waiting = [];
    await store.append(id, rows);
    kept(rows);
  }

  async function pause(): Promise<void> {
    if (isUrgent) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      timer = setTimeout(resolve, pauseMs);
    });
    clearTimeout(timer);
  }

  async function written(): Promise<void> {
    isUrgent = true;
    goOn();
    await writing;
    isUrgent = false;
  }

  return {
    async keep(row) {
      waiting.push(row);
      if (!writing) {
        writing = write();
        // Whoever waits for it is told what went wrong; until then it is not unheard of.
        writing.catch(() => undefined);
      }
      if (waiting.length >= mostWaiting) await written();
    },
    written,
  };
}
