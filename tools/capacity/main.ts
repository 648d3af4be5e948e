// `npm run capacity`: writes docs/capacity.md from tools/capacity/inputs.ts.
import { writeFileSync } from 'node:fs';
import { capacityDocument } from './document.ts';

writeFileSync('docs/capacity.md', capacityDocument());
console.log('docs/capacity.md');
