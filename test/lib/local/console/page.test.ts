import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Demo, startDemo } from '../../../../lib/cli/demo.ts';
import { LocalClock } from '../../../../lib/local/clock.ts';
import { type RunningConsole, startConsole } from '../../../../lib/local/console/console.ts';
import { browserOfFile, isBrowserMissing } from './browser.ts';
import { cloudWith, consoleOf, widgetFunction } from './console-cloud.ts';
import { till } from './till.ts';

/** A Friday at eight, when the shops open. */
const opening = Date.parse('2026-11-20T07:00:00Z');

const startTimeoutMs = 60_000;
const actionTimeoutMs = 10_000;

describe.skipIf(isBrowserMissing())('the console in a browser', () => {
  const browser = browserOfFile();
  /** What went wrong in the pages, and every dialog that something in them has opened. */
  let troubles: string[];
  beforeEach(() => {
    troubles = [];
  });

  async function open(
    url: string,
    { theme = 'light', width = 1_400 }: { theme?: 'light' | 'dark'; width?: number } = {},
  ) {
    const page = await browser().newPage({ viewport: { width, height: 900 }, colorScheme: theme });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(actionTimeoutMs);
    page.on('dialog', async (dialog) => {
      troubles.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
    await page.goto(url);
    return page;
  }

  describe('of a platform with a failing check', () => {
    let demo: Demo;
    let running: RunningConsole;
    beforeAll(async () => {
      demo = await startDemo({ runbook: till, scenario: 'healthy', clock: new LocalClock(opening - 10 * 60_000) });
      running = await startConsole({ cloud: demo.cloud, plan: demo.plan, port: 0 });
      await demo.cloud.advanceTo(opening + 60_000);
    }, startTimeoutMs);
    afterAll(async () => {
      await running?.close();
      await demo?.close();
    });

    /** The one record of a partition. */
    const record = async (partition: string) => {
      const item = (await demo.cloud.items()).find(({ pk }) => pk === partition);
      return JSON.parse(String(item?.body));
    };
    const widget = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

    it('says what is wrong, draws the metric, and shows the messages that were sent', async () => {
      const page = await open(running.url);
      await page.getByRole('heading', { name: 'Till CRITICAL on all 2 hosts' }).waitFor();
      expect(await page.title()).toBe('Till: Rounds');
      await page.getByRole('heading', { name: 'Till: drawer' }).scrollIntoViewIfNeeded();
      await page
        .getByRole('img', { name: /^Till: drawer, .*highest 97/ })
        .locator('canvas')
        .waitFor();
      await page.getByRole('button', { name: /^Messages/ }).click();
      const message = page.locator('.messages li', { hasText: 'ann@example.com' }).last();
      await message.locator('summary').click();
      const [sent] = demo.cloud.sns.deliveries.filter(({ protocol }) => protocol === 'email');
      expect(await message.locator('pre').textContent()).toBe(sent?.body);
      expect(troubles).toEqual([]);
    });

    it('lets somebody acknowledge the incident, who has said who it is and that it is meant', async () => {
      const page = await open(running.url);
      const incidents = widget(page, 'Incidents');
      await incidents.getByLabel('Your name').fill('Ann');
      await incidents.getByRole('button', { name: /^Acknowledge/ }).click();
      const asked = page.getByRole('dialog');
      expect(await asked.textContent()).toContain('Acknowledge TILL-20261120-001');
      await asked.getByRole('button', { name: 'Cancel' }).click();
      expect(await record('alert')).not.toHaveProperty('incident.acknowledged');
      await incidents.getByRole('button', { name: /^Acknowledge/ }).click();
      await asked.getByRole('button', { name: 'Acknowledge' }).click();
      await incidents.getByText(/^Done: /).waitFor();
      await incidents
        .getByText(/Ann has it/)
        .first()
        .waitFor();
      expect(await record('alert')).toMatchObject({ incident: { acknowledged: { by: 'Ann' } } });
      expect(troubles).toEqual([]);
    });

    it('lets somebody sign off by the keyboard alone, with a note', async () => {
      const page = await open(running.url);
      const checklist = widget(page, 'Checklist');
      await checklist.getByRole('button', { name: /^Sign off/ }).waitFor();
      await tabTo(page, 'Your name');
      await page.keyboard.type('Bob');
      await tabTo(page, /^Note/);
      await page.keyboard.type('counted <b>twice</b>');
      await tabTo(page, /^Sign off/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await tabTo(page, 'Sign off');
      await page.keyboard.press('Enter');
      await checklist
        .getByText(/Signed off by Bob/)
        .first()
        .waitFor();
      await checklist.getByText('counted <b>twice</b>').first().waitFor();
      expect(await record('sign-off')).toMatchObject({
        signatures: [{ by: 'Bob', note: 'counted <b>twice</b>', isGood: true }],
      });
      expect(troubles).toEqual([]);
    });

    it.each(['light', 'dark'] as const)('takes the theme of the system: %s', async (theme) => {
      const page = await open(running.url, { theme });
      await page.locator(`#dashboard .rounds-${theme}`).first().waitFor();
      expect(await page.locator(`#dashboard .rounds-${theme === 'light' ? 'dark' : 'light'}`).count()).toBe(0);
      await page.getByLabel('Theme').selectOption(theme === 'light' ? 'dark' : 'light');
      await page
        .locator(`#dashboard .rounds-${theme === 'light' ? 'dark' : 'light'}`)
        .first()
        .waitFor();
      expect(troubles).toEqual([]);
    });

    it('is read on a phone without scrolling sideways', async () => {
      const page = await open(running.url, { width: 390 });
      await page.getByRole('heading', { name: 'Till CRITICAL on all 2 hosts' }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      const wide = await page
        .locator('#dashboard .body')
        .evaluateAll((bodies) =>
          bodies.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map((body) => body.textContent),
        );
      expect(wide).toEqual([]);
    });

    it('shows as text what a host says, and runs nothing of it', async () => {
      const page = await open(running.url);
      const incidents = widget(page, 'Incidents');
      await incidents.getByText('<img src=x onerror=alert(1)><script>alert(2)</script></pre>').first().waitFor();
      expect(await page.locator('#forged, cwdb-action, #dashboard img, #dashboard script').count()).toBe(0);
      expect(troubles).toEqual([]);
    });

    it('takes nothing from somebody who writes while it is refreshed', async () => {
      const page = await open(running.url);
      const incidents = widget(page, 'Incidents');
      const name = incidents.getByLabel('Your name');
      await name.pressSequentially('Car');
      const refresh = async () => {
        const { cloud } = demo;
        await cloud.advanceTo(cloud.clock.now() + 2 * 60_000);
        const clock = page.locator('#clock');
        const before = await clock.textContent();
        // Without a click, which would take the focus.
        await page.getByRole('button', { name: 'Refresh' }).evaluate((button) => button.click());
        await expect.poll(() => clock.textContent(), { timeout: actionTimeoutMs }).not.toBe(before);
      };
      const since = () => incidents.getByText(/, for .* since/).textContent();
      const before = await since();
      await refresh();
      await page.keyboard.type('la');
      expect(await name.inputValue()).toBe('Carla');
      expect(await since()).toBe(before);
      await name.blur();
      await refresh();
      await incidents.getByText(before ?? '').waitFor({ state: 'detached' });
      expect(await name.inputValue()).toBe('Carla');
      expect(troubles).toEqual([]);
    });
  });

  it('cleans what the function of a widget answers', async () => {
    const answer = `<p id="shown" onclick="alert(1)">shown</p><script>alert(2)</script><iframe src="/"></iframe>
      <svg><use href="#x"></use><a xlink:href="javascript:alert(3)"><text>a</text></a></svg>
      <a id="link" href=" java\nscript:alert(4)">link</a><img src="x" onerror="alert(5)">
      <form action="https://evil.example"><button id="go" formaction="https://evil.example">go</button></form>
      <p id="cover">cover</p><style>#cover { position: fixed; inset: 0; pointer-events: none }</style>`;
    const properties = { endpoint: widgetFunction, title: 'Hostile', params: { answer } };
    const page = await open(await consoleOf(await cloudWith([{ type: 'custom', properties }])));
    const shown = page.locator('#shown');
    await shown.click();
    await page.locator('#link').click();
    await page.locator('#go').click();
    expect(await page.locator('#dashboard').locator('script, iframe, use, [onclick], [onerror]').count()).toBe(0);
    expect(await page.locator('#dashboard').locator('[href^=java], [*|href^=java]').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/');
    const widget = await page.locator('.widget').boundingBox();
    const cover = await page.locator('#cover').boundingBox();
    expect(cover?.width).toBeLessThanOrEqual(widget?.width ?? 0);
    expect(troubles.filter((trouble) => trouble.startsWith('dialog'))).toEqual([]);
  });
});

/** Presses Tab until what has such a name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(() => {
      let focused = document.activeElement;
      while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      return focused?.getAttribute('aria-label') ?? focused?.closest('label')?.textContent?.trim() ?? focused?.textContent ?? '';
    })()`);
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
  }
  throw new Error(`Tab never comes to ${name}.`);
}
