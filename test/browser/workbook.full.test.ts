// The slow tests of `workbook.test.ts`.
import './workbook.test.ts';
