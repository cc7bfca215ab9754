/** A QR code as inline SVG. @module */
import QRCode from 'qrcode';

const QUIET_ZONE = 4;

/**
 * Black on white in every colour scheme, with the quiet zone that scanners need:
 * many phones cannot read an inverted code.
 *
 * @see ISO/IEC 18004 §6.3.8 (quiet zone of four modules)
 */
export function QrCode(props: { readonly text: string; readonly label: string }) {
  const { modules } = QRCode.create(props.text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * QUIET_ZONE;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${side} ${side}`}
      shape-rendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path
        d={outline(modules.size, (row, column) => modules.get(row, column) !== 0)}
        fill="#000"
      />
    </svg>
  );
}

/** One rectangle for each run of dark modules in a row. */
function outline(size: number, isDark: (row: number, column: number) => boolean): string {
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!isDark(row, column)) continue;
      const start = column;
      while (column + 1 < size && isDark(row, column + 1)) column += 1;
      path += `M${start + QUIET_ZONE} ${row + QUIET_ZONE}h${column - start + 1}v1H${start + QUIET_ZONE}z`;
    }
  }
  return path;
}
