/** Header bytes of the upstream as text. @module */

type Piece = Buffer | string;

/** The library refuses a longer head; pieces that lie farther apart are not of one. */
const MAX_SPAN_BYTES = 128 * 1024;

/**
 * Header bytes as Node writes them again: one character a byte. The pieces of a head nearly
 * always lie in one buffer, one behind the other: crossing from bytes to text once, and
 * cutting the text, costs a fraction of crossing for each name and value.
 *
 * @param raw  what the library has kept of a head or of trailers; anything but a list is empty
 */
export function headerTexts(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  const pieces: readonly Piece[] = raw;
  const span = spanOf(pieces);
  if (span === undefined) return pieces.map(textOf);
  const { buffer, byteOffset: start, length } = span;
  const text = span.toString('latin1');
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    const from = piece.byteOffset - start;
    const to = from + piece.length;
    const isWithin = piece.buffer === buffer && from >= 0 && to <= length;
    return isWithin ? text.slice(from, to) : textOf(piece);
  });
}

/** All bytes from the first piece to the last, where they share a buffer. */
function spanOf(pieces: readonly Piece[]): Buffer | undefined {
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!Buffer.isBuffer(first) || !Buffer.isBuffer(last)) return undefined;
  const length = last.byteOffset + last.length - first.byteOffset;
  const isOne = first.buffer === last.buffer && length >= 0 && length <= MAX_SPAN_BYTES;
  return isOne ? Buffer.from(first.buffer, first.byteOffset, length) : undefined;
}

const textOf = (piece: Piece): string =>
  typeof piece === 'string' ? piece : piece.toString('latin1');
