/** Characters of what people enter, wherever they do: a field takes no more, and no more is kept. */
export const entryLimits = { name: 80, signOffNote: 500, silenceReason: 500, incidentNote: 2_000 } as const;
