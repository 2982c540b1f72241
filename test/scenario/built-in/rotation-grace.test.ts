import { playThrough } from './play.ts'
import { rotationGracePlays } from './rotation-grace-plays.ts'

playThrough('rotation-grace', rotationGracePlays)
