import type { WidgetEvent } from '../../../functions/contract.ts';
import type { Widget } from './dashboard.ts';
import { shownRange, widgetTimeZone } from './time-range.ts';
import type { CustomQuestion } from './wire.ts';

export interface CustomEventProps {
  readonly dashboardName: string;
  readonly accountId: string;
  readonly widget: Widget;
  /** What the dashboard says that the widget gets. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly question: CustomQuestion;
  /** Of the cloud, epoch milliseconds. */
  readonly now: number;
  readonly timeZone: string;
}

/** Seconds: CloudWatch's own, where the periods of a dashboard follow from the range that it shows. */
const automaticPeriod = 300;

/**
 * What CloudWatch invokes a widget's function with: the parameters of the widget, or of the button that was pressed, and
 * where it is shown.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export function customEvent(props: CustomEventProps): WidgetEvent {
  const { dashboardName, accountId, widget, params, question, now, timeZone } = props;
  const { range, theme, width, height, forms, call } = question;
  const { start, end } = shownRange(range, now, timeZone);
  const widgetContext = {
    dashboardName,
    widgetId: widget.id,
    accountId,
    locale: 'en',
    timezone: widgetTimeZone(now, timeZone),
    period: automaticPeriod,
    isAutoPeriod: true,
    timeRange: {
      mode: range.shown.mode,
      start,
      end,
      ...(range.shown.mode === 'relative' && { relativeStart: range.shown.ms }),
      ...(range.zoom && { zoom: range.zoom }),
    },
    theme,
    linkCharts: true,
    title: 'title' in widget.shows ? widget.shows.title : '',
    forms: { all: forms },
    params,
    width,
    height,
  };
  return { ...(call?.params ?? params), widgetContext };
}
