import { playThrough } from './play.ts'
import { serviceExpiryPlays } from './service-expiry-plays.ts'

playThrough('service-expiry', serviceExpiryPlays)
