export { axisTitle } from './axis-title.js';
export { type BandCurves, type BandPoint, bandCurves } from './band-curves.js';
export { type NamedBars, namedBars, type PlaceBars, placeBars } from './bar-figure.js';
export * from './calibration/index.js';
export {
  type ColourMap,
  divergingColours,
  greyColours,
  sequentialColours,
} from './colour-map.js';
export {
  type ConductanceHistogram,
  type ConductanceLayer,
  conductanceHistogram,
} from './conductance-histogram.js';
export { type ConfusionMatrix, confusionMatrix } from './confusion-matrix.js';
export { type Curve, type CurveAxis, type Curves, curveFigure } from './curves.js';
export {
  type Figure,
  type FigureCell,
  type FigureTable,
  type FigureText,
  redrawnBy,
} from './drawing/index.js';
export { type HeatMap, heatMap } from './heat-map.js';
export { escapeHtml, Html, html } from './html.js';
export { type Cell, htmlReport, type Report, type ReportSection, type Table } from './html-report.js';
export { type LearningCurves, type LearningPoint, learningCurves } from './learning-curves.js';
export { type Relaxation, type RelaxationPhase, relaxation } from './relaxation.js';
export {
  canDrawPng,
  type DrawOptions,
  drawFigure,
  figureCsv,
  figureEndings,
  renderPng,
  renderSvg,
} from './render.js';
export { type SampleState, type SampleStates, sampleStates } from './sample-states.js';
export { type Settling, type SettlingPhase, settlingFigure } from './settling.js';
export { type StackedCurves, stackedCurves } from './stacked-curves.js';
export { type WhiskerCurves, type WhiskerPoint, whiskerCurves } from './whisker-curves.js';
export { writeReport } from './write-report.js';
