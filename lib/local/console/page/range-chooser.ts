import type { AskedRange } from '../wire.ts';
import { localText } from './format.ts';
import { element, made } from './view.ts';

const hourMs = 3_600_000;

/** As CloudWatch offers them. */
const relativeRanges = [
  { name: '1h', ms: hourMs },
  { name: '3h', ms: 3 * hourMs },
  { name: '12h', ms: 12 * hourMs },
  { name: '1d', ms: 24 * hourMs },
  { name: '1w', ms: 168 * hourMs },
] as const;

const custom = 'custom';

export interface RangeChooserProps {
  readonly timeZone: string;
  /** What is shown already: so long up to now, in milliseconds. */
  readonly shownMs: number;
  /** Of the cloud, epoch milliseconds. */
  readonly now: () => number;
  readonly onChoose: (range: AskedRange) => void;
}

/** Lets people choose what part of time is shown: up to now, or between two times on the platform's clock. */
export function showRangeChooser({ timeZone, shownMs, now, onChoose }: RangeChooserProps): void {
  const fieldset = element('ranges', HTMLFieldSetElement);
  const form = element('custom-range', HTMLFormElement);
  element('time-zone', HTMLElement).textContent = timeZone;
  for (const { name, ms } of [...relativeRanges, { name: custom, ms: undefined }]) {
    const radio = made('input');
    Object.assign(radio, { type: 'radio', name: 'range', value: name, defaultChecked: ms === shownMs });
    fieldset.append(made('label', '', radio, name));
  }
  fieldset.addEventListener('change', (event) => {
    const chosen = event.target instanceof HTMLInputElement ? event.target.value : '';
    form.hidden = chosen !== custom;
    const relative = relativeRanges.find(({ name }) => name === chosen);
    if (relative) onChoose({ shown: { mode: 'relative', ms: relative.ms } });
    else fillIn(form, now() - shownMs, now(), timeZone);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const data = new FormData(form);
    onChoose({ shown: { mode: 'absolute', from: String(data.get('from')), to: String(data.get('to')) } });
  });
}

function fillIn(form: HTMLFormElement, from: number, to: number, timeZone: string): void {
  const values = { from, to };
  for (const [name, ms] of Object.entries(values)) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement && input.value === '') input.value = localText(ms, timeZone);
  }
}
