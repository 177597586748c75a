import { useEffect, useState } from 'react';
import { type ChartsLibrary, useAppServices } from '../app_services';

/** The charts, once they are there; undefined until then, null where they can't be had. */
export function useCharts(): ChartsLibrary | undefined | null {
  const { loadCharts } = useAppServices();
  const [charts, setCharts] = useState<ChartsLibrary | null>();
  useEffect(() => {
    let isGone = false;
    loadCharts().then(
      (loaded) => !isGone && setCharts(loaded),
      () => !isGone && setCharts(null),
    );
    return () => {
      isGone = true;
    };
  }, [loadCharts]);
  return charts;
}
