import picocolors from 'picocolors';

/** Colours for what goes to a stream: only a terminal gets them, also in CI, where picocolors would colour files too. */
export function colorsFor(stream: { readonly isTTY?: boolean }) {
  const isWanted = stream.isTTY === true || Boolean(process.env.FORCE_COLOR);
  return picocolors.createColors(picocolors.isColorSupported && isWanted);
}
