import { mgnApiContract } from '../../contracts/mgn-api-contract.ts';
import { clientsInProcess, clientsOverHttp } from '../../contracts/scripted-service.ts';

mgnApiContract('HTTP', clientsOverHttp);
mgnApiContract('the in-process transport', clientsInProcess);
