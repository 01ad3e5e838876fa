import type { Answers, Questions, Refusal } from '../wire.ts';

/** Asks the server. @throws {Error} with what it says when it refuses, or when it does not answer */
export async function ask<Name extends keyof Questions>(name: Name, question: Questions[Name]): Promise<Answers[Name]> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const answer: Answers[Name] | Refusal = await response.json();
  if (response.ok) return answer as Answers[Name];
  throw new Error((answer as Refusal).error);
}
