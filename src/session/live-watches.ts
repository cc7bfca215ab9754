/** Connections that must not outlive the session that opened them. @module */
import type { Session } from './contract.ts';
import { endsAtMs } from './payload.ts';

interface Watch {
  readonly session: Session;
  readonly close: () => void;
  endsAtMs: number;
}

/** The register; times are milliseconds since the epoch. */
export interface LiveWatches {
  /** Returns how to forget the connection. */
  add(session: Session, close: () => void): () => void;
  /** The session was renewed: its connections live as long as the new copy. */
  extend(session: Session): void;
  /** Closes every connection whose session has ended by time or by `isEnded`. */
  sweep(nowMs: number, isEnded: (session: Session) => boolean): void;
  readonly size: number;
}

/** Builds an empty register. */
export function createLiveWatches(): LiveWatches {
  const watches = new Set<Watch>();
  return {
    add(session, close) {
      const watch: Watch = { session, close, endsAtMs: endsAtMs(session) };
      watches.add(watch);
      return () => void watches.delete(watch);
    },
    extend(session) {
      if (watches.size === 0) return;
      const until = endsAtMs(session);
      for (const watch of watches) {
        if (watch.session.sid === session.sid) watch.endsAtMs = Math.max(watch.endsAtMs, until);
      }
    },
    sweep(nowMs, isEnded) {
      for (const watch of [...watches]) {
        if (nowMs < watch.endsAtMs && !isEnded(watch.session)) continue;
        watches.delete(watch);
        closeQuietly(watch);
      }
    },
    get size() {
      return watches.size;
    },
  };
}

/** One connection that fails to close must not keep the others open. */
function closeQuietly({ close }: Watch): void {
  try {
    close();
  } catch {
    // Nothing is left to do for it: it has been forgotten.
  }
}
