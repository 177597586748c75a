import { useEuiTheme } from '@elastic/eui';
import React from 'react';

const WIDTH = 72;
const HEIGHT = 20;

/** Counts as small bars; who can't see them has the label. */
export const Sparkline = ({ counts, label }: { counts: readonly number[]; label: string }) => {
  const { euiTheme } = useEuiTheme();
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length);
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
      <title>{label}</title>
      <rect x={0} y={HEIGHT - 1} width={WIDTH} height={1} fill={euiTheme.colors.lightShade} />
      {counts.map((count, i) =>
        count === 0 ? null : (
          <rect
            key={i}
            x={i * step}
            y={HEIGHT - Math.max(2, (count / most) * HEIGHT)}
            width={Math.max(1, step - 1)}
            height={Math.max(2, (count / most) * HEIGHT)}
            fill={euiTheme.colors.primary}
          />
        ),
      )}
    </svg>
  );
};
