import { useEffect, useState } from 'react';
import { type Analysis, analyse } from './analysis';

const QUIET_MS = 150;

/** What the language says of a text, once nobody has typed for a moment; at first, at once. */
export function useAnalysis(text: string): Analysis {
  const [analysis, setAnalysis] = useState(() => analyse(text));
  useEffect(() => {
    if (analysis.text === text) return;
    const timer = setTimeout(() => setAnalysis(analyse(text)), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text, analysis]);
  return analysis;
}
