// `node test/unit/upgrade/record.ts` records rows as the version in this checkout writes them. Run it for a release that raises the version
// of a schema. Once a version has been released, its file is never recorded again (docs/upgrading.md).
import { record } from './recorded-rows.ts';
import { bringAbout, calmLife } from './situation.ts';

const life = calmLife(0);
record(life, await bringAbout(life));
