import { useMemo } from 'react';
import type { Known } from '../../../../common/dsl/editor';
import { useKnownAttributes } from '../../api/queries';

/** What is known of the data that a rule is completed by. */
export function useKnown(): Known {
  const { data } = useKnownAttributes();
  return useMemo(() => {
    if (!data) return {};
    const { attributes, names, services } = data;
    return {
      attributes: attributes.map(({ key }) => key),
      values: Object.fromEntries(attributes.map(({ key, values }) => [key, values])),
      fields: { name: names, service: services },
    };
  }, [data]);
}
