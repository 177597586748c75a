/** The charts in place of Kibana's, as far as pages use them: a file of its own, loaded when a page draws one. */
import '@elastic/charts/dist/theme_only_light.css';

export {
  Axis,
  BarSeries,
  Chart,
  DARK_THEME,
  LIGHT_THEME,
  Position,
  ScaleType,
  Settings,
  Tooltip,
} from '@elastic/charts';
