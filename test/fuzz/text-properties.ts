import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { cleanText, redact } from '../../functions/core/clean.ts';
import { messageOf } from '../../functions/core/messages.ts';
import { smsLimit } from '../../functions/core/sms.ts';
import { expectOnlyText, pagesWith } from '../functions/core/console/hostile-pages.ts';
import { examplePlan } from '../functions/core/example-plan.ts';
import { Course } from '../functions/core/message-course.ts';
import { anyText } from './host-output.ts';
import { attempts, hostileText, isClean, type Secret, secret, shows } from './hostile.ts';
import { type Property, property } from './property.ts';

/** Text around a secret, which must not keep it from being seen for what it is. */
const surroundings = fc.oneof(
  hostileText,
  fc.constantFrom('', '\n', ' ', '| a=1', '"quoted" ', "it's ", '{"a":1} ', 'x=1&'),
  fc.string({ maxLength: 100 }),
);

/** Separated from what stands beside it, as in a log. */
const given = fc.tuple(surroundings, secret, surroundings).map(([before, each, after]) => {
  return { text: `${before}\n${each.text}\n${after}`, secret: each };
});

/** What people are told of a disk that has said something. */
function messageAbout(text: string) {
  const at = '2026-11-23T09:00:00.000Z';
  // As the adapter reads the name that a host gives itself.
  const name = redact(cleanText(text, text.length)).replaceAll(/\s+/g, ' ').trim();
  const course = new Course(examplePlan, 'disk').round(at, { [cleanText(name, 64) || 'web']: { disk: [2, text] } });
  return messageOf(examplePlan, 'ann', course.letters, at);
}

function expectSafeMessage(text: string, secrets: readonly Secret[] = []): void {
  const { subject, email, sms, https } = messageAbout(text);
  assert.match(subject, /^[\x20-\x7e]{1,99}$/);
  assert.ok(
    sms.length > 0 && sms.length <= smsLimit && isClean(sms) && !sms.includes('\n'),
    `the SMS is ${JSON.stringify(sms)}`,
  );
  const { content, metadata } = JSON.parse(https) as {
    content: { description: string; title: string };
    metadata: object;
  };
  const [before = '', output = '', after = '', ...more] = content.description.split('```');
  // What a host has said stands in one block of code, which only we can end, and in which a link is none.
  assert.equal(more.length, 0, 'a chat would end the block of code early');
  for (const each of [content.title, before, after]) assert.ok(!each.includes(']('), 'a chat would make a link of it');
  for (const each of [content.title, before, output, after]) {
    assert.ok(isClean(each) && !/[<>]/.test(each), `a chat would make a mention of ${JSON.stringify(each)}`);
  }
  assert.equal(typeof metadata, 'object');
  for (const each of [email, sms, subject, https])
    for (const one of secrets) assert.ok(!shows(each, one), `${one.hidden} shows in ${JSON.stringify(each)}`);
}

export const textProperties: readonly Property[] = [
  property(
    'cleaned text is bounded, harmless, and clean at once',
    { share: 10 },
    fc.tuple(anyText, fc.nat(60)),
    ([text, most]) => {
      const clean = cleanText(text, most);
      assert.ok(isClean(clean) && Array.from(clean).length <= most);
      assert.equal(cleanText(clean, most), clean);
    },
  ),
  property('a secret is redacted wherever it stands, and nothing twice', { share: 10 }, given, ({ text, secret }) => {
    // As `judge` does: what is invisible must not hide a word.
    const shown = redact(cleanText(text, text.length));
    assert.ok(!shows(shown, secret), `${secret.hidden} shows in ${JSON.stringify(shown)}`);
    assert.equal(redact(shown), shown);
  }),
  property(
    'messages carry what a host said as text, within their limits, and none of its secrets',
    { share: 2 },
    fc.tuple(fc.oneof(hostileText, fc.constantFrom(...attempts)), given),
    ([text, { text: said, secret }]) => {
      expectSafeMessage(`${text} | disk_used=97%`);
      expectSafeMessage(said, [secret]);
    },
  ),
  property(
    'pages of the console show any text as text',
    { share: 1, most: 500 },
    hostileText.map((text) => `x${text}`),
    (text) => expectOnlyText(pagesWith(text)),
  ),
];
