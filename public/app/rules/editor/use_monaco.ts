import { useEffect, useState } from 'react';
import { type Monaco, useAppServices } from '../../app_services';

/** The code editor, once it is there; undefined until then, and where it can't be had. */
export function useMonaco(): Monaco | undefined {
  const { loadMonaco } = useAppServices();
  const [monaco, setMonaco] = useState<Monaco>();
  useEffect(() => {
    let isGone = false;
    loadMonaco().then(
      (loaded) => !isGone && setMonaco(loaded),
      // the text field, which is there, does
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [loadMonaco]);
  return monaco;
}
