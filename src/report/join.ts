import type { Badge, Report, Section } from './model.js';

/** A part of a report: what it is about, how it stands, and what it was made of. */
export interface ReportPart {
  readonly title: string;
  readonly verdict: Badge;
  readonly sections: readonly Section[];
  /** As plain JSON. */
  readonly results: object;
}

/** Parts as one report. `first` stands before them; of several, the titles of sections say whose they are. */
export function joined(parts: readonly ReportPart[], first: readonly Section[], title?: string): Report {
  const sections = parts.flatMap((part) =>
    part.sections.map((section) =>
      parts.length === 1 ? section : { ...section, title: `${part.title}: ${section.title}` },
    ),
  );
  return {
    schema: 2,
    title: title ?? parts.map((part) => part.title).join(', '),
    verdict: joinedBadge(parts),
    sections: [...first, ...sections],
  };
}

function joinedBadge(parts: readonly ReportPart[]): Badge {
  if (parts.length === 1) return parts[0]!.verdict;
  const states = parts.map(({ verdict }) => verdict.state);
  const state = states.includes('bad') ? 'bad' : states.includes('unknown') ? 'unknown' : 'good';
  return { text: parts.map(({ title, verdict }) => `${title}: ${verdict.text}`).join('; '), state };
}
