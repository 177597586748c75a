import { EuiLoadingChart, EuiScreenReaderOnly, EuiText, useEuiTheme } from '@elastic/eui';
import { Global } from '@emotion/react';
import { i18n } from '@kbn/i18n';
import React from 'react';
import { useAppServices } from '../app_services';
import { formatNumber } from './time';
import { useCharts } from './use_charts';

/** Counts of one kind, a number for each part of the time. */
export interface CountSeries {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly counts: readonly number[];
}

interface CountsChartProps {
  /** What is counted, for who can't see it. */
  readonly label: string;
  readonly from: string;
  readonly partMs: number;
  readonly series: readonly CountSeries[];
  readonly height: number;
}

const SHORT_MS = 2 * 24 * 3_600_000;

/** Counts over time, stacked; where there are no charts, their sums. */
export const CountsChart = ({ label, from, partMs, series, height }: CountsChartProps) => {
  const charts = useCharts();
  const { timeZone } = useAppServices();
  const { colorMode, euiTheme } = useEuiTheme();
  const sums = series.map(
    ({ name, counts }) => `${name}: ${formatNumber(counts.reduce((sum, each) => sum + each, 0))}`,
  );
  if (charts === undefined) {
    return (
      <div style={{ height }}>
        <EuiLoadingChart size="l" />
      </div>
    );
  }
  if (charts === null) return <EuiText size="s">{sums.join(', ')}</EuiText>;
  const { Axis, BarSeries, Chart, DARK_THEME, LIGHT_THEME, Position, ScaleType, Settings } = charts;
  const fromMs = Date.parse(from);
  const parts = series[0]?.counts.length ?? 0;
  const tick = new Intl.DateTimeFormat(i18n.getLocale(), {
    ...(parts * partMs <= SHORT_MS ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' }),
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return (
    <div style={{ height }} data-test-subj="betraceChart">
      <Global
        styles={{ '[data-test-subj=betraceChart] .echLegendItem': { color: `${euiTheme.colors.text} !important` } }}
      />
      <EuiScreenReaderOnly>
        <p>{`${label}. ${sums.join(', ')}`}</p>
      </EuiScreenReaderOnly>
      <Chart>
        <Settings
          baseTheme={colorMode === 'DARK' ? DARK_THEME : LIGHT_THEME}
          theme={{ background: { color: 'transparent' } }}
          showLegend={series.length > 1}
          legendPosition={Position.Bottom}
          locale={i18n.getLocale()}
          ariaLabel={label}
          ariaUseDefaultSummary={false}
          xDomain={{ min: fromMs, max: fromMs + (parts - 1) * partMs, minInterval: partMs }}
        />
        <Axis id="time" position={Position.Bottom} tickFormat={(value) => tick.format(value as number)} />
        <Axis
          id="count"
          position={Position.Left}
          ticks={4}
          tickFormat={(value) => formatNumber(value as number)}
          integersOnly
        />
        {series.map(({ id, name, color, counts }) => (
          <BarSeries
            key={id}
            id={id}
            name={name}
            color={color}
            xScaleType={ScaleType.Time}
            yScaleType={ScaleType.Linear}
            xAccessor="at"
            yAccessors={['count']}
            stackAccessors={['at']}
            data={counts.map((count, part) => ({ at: fromMs + part * partMs, count }))}
            tickFormat={(value) => formatNumber(value as number)}
          />
        ))}
      </Chart>
    </div>
  );
};
