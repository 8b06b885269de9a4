"""Where countries are: the middle of each, to a degree or so, and how far it extends around it.

For records that tell a country but no coordinates. The numbers are rounded by hand from general geographical
knowledge (latitude, longitude, area in thousands of square kilometres), are good to about one degree and a tenth of
the area, and are no statement about borders. The extent is the radius of a circle of the country's area; it is taken
off distances, so that two people near a border are not far apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, NamedTuple


class Country(NamedTuple):
    """The middle of a country in degrees, and its extent in kilometres."""

    latitude: float
    longitude: float
    extent: float


_TABLE = """
ad 42.5 1.5 0.5, ae 24 54 84, af 34 66 652, ag 17 -62 0.4, al 41 20 29, am 40 45 30, ao -12 18 1247,
ar -34 -64 2780, at 47 14 84, au -25 134 7690, az 40 48 87, ba 44 18 51, bb 13 -59.5 0.4, bd 24 90 148,
be 51 4.5 31, bf 12 -2 273, bg 43 25 111, bh 26 50.5 0.8, bi -3.5 30 28, bj 9.5 2.3 115, bn 4.5 115 6,
bo -17 -65 1099, br -10 -53 8516, bs 24 -76 14, bt 27.5 90.5 38, bw -22 24 582, by 53.5 28 208, bz 17 -88.7 23,
ca 58 -100 9985, cd -3 23 2345, cf 7 21 623, cg -1 15 342, ch 47 8 41, ci 7.5 -5.5 322, cl -33 -71 756,
cm 6 12 475, cn 35 104 9597, co 4 -73 1142, cr 10 -84 51, cu 21.5 -79 110, cv 16 -24 4, cy 35 33 9,
cz 50 15.5 79, de 51 10 357, dj 11.5 42.5 23, dk 56 10 43, dm 15.4 -61.4 0.8, do 19 -70.5 49, dz 28 3 2382,
ec -1.5 -78.5 284, ee 59 25.5 45, eg 27 30 1002, er 15 39 118, es 40 -4 506, et 9 39.5 1104, fi 64 26 338,
fj -18 178 18, fm 7 158 0.7, fr 46.5 2.5 552, ga -1 11.7 268, gb 54 -2.5 244, gd 12.1 -61.7 0.3, ge 42 43.5 70,
gh 8 -1 239, gi 36.1 -5.3 0.1, gl 72 -40 2166, gm 13.5 -15.5 11, gn 10.5 -11 246, gq 1.7 10.5 28, gr 39 22.5 132,
gt 15.5 -90.3 109, gw 12 -15 36, gy 5 -59 215, hk 22.3 114.2 1.1, hn 15 -86.5 112, hr 45 16 57, ht 19 -72.5 28,
hu 47 19.5 93, id -2 118 1905, ie 53 -8 70, il 31.5 35 22, in 22 79 3287, iq 33 44 438, ir 32.5 54 1648,
is 65 -18.5 103, it 42.8 12.5 301, jm 18 -77.3 11, jo 31 36.5 89, jp 36.5 138 378, ke 0.5 38 580, kg 41.5 74.5 200,
kh 12.5 105 181, ki 1.5 173 0.8, km -12 43.5 2, kn 17.3 -62.7 0.3, kp 40 127 121, kr 36.5 128 100, kw 29.3 47.7 18,
kz 48 67 2725, la 18.5 104 237, lb 34 36 10, lc 13.9 -61 0.6, li 47.2 9.5 0.2, lk 7.5 80.7 66, lr 6.5 -9.5 111,
ls -29.5 28.3 30, lt 55.3 24 65, lu 49.8 6.1 3, lv 57 25 65, ly 27 17.5 1760, ma 32 -6 447, mc 43.7 7.4 0.1,
md 47 28.5 34, me 42.8 19.3 14, mg -19.5 46.7 587, mh 7 171 0.2, mk 41.6 21.7 26, ml 17 -4 1240, mm 21 96.5 677,
mn 46.5 103.5 1564, mo 22.2 113.5 0.1, mr 20 -10.5 1031, mt 35.9 14.4 0.3, mu -20.3 57.5 2, mv 3.5 73 0.3,
mw -13.3 34 118, mx 23.5 -102 1964, my 4 109 330, mz -17.5 35.5 802, na -22 17 824, ne 17.5 9.5 1267, ng 9.5 8 924,
ni 13 -85 130, nl 52.2 5.5 42, no 64.5 14 385, np 28.3 84 147, nr -0.5 167 0.1, nz -41.5 173 268, om 21 56.5 310,
pa 8.5 -80 75, pe -9.5 -75 1285, pg -6.5 145 463, ph 12.5 122.5 300, pk 30 69.5 882, pl 52 19.3 313,
pr 18.2 -66.5 9, ps 32 35.2 6, pt 39.5 -8 92, pw 7.5 134.5 0.5, py -23.3 -58.3 407, qa 25.3 51.2 12, ro 46 25 238,
rs 44 20.8 88, ru 60 95 17098, rw -2 30 26, sa 24 45 2150, sb -9 160 29, sc -4.6 55.5 0.5, sd 16 30 1861,
se 62.5 16.5 447, sg 1.35 103.8 0.7, si 46.1 14.8 20, sk 48.7 19.5 49, sl 8.5 -11.8 72, sm 43.9 12.5 0.1,
sn 14.4 -14.5 197, so 6 46 638, sr 4 -56 164, ss 7.5 30 644, st 0.5 6.7 1, sv 13.8 -88.9 21, sy 35 38.5 185,
sz -26.5 31.5 17, td 15.5 18.7 1284, tg 8.6 1 57, th 15 101 513, tj 38.9 71 143, tl -8.8 125.8 15, tm 39 59.5 488,
tn 34 9.5 164, to -20 -175 0.7, tr 39 35 784, tt 10.5 -61.3 5, tv -8 178 0.1, tw 23.7 121 36, tz -6.3 35 947,
ua 49 31.5 604, ug 1.3 32.4 242, us 40 -98 9834, uy -33 -56 176, uz 41.5 64 447, va 41.9 12.45 0.1,
vc 13.2 -61.2 0.4, ve 7 -66 916, vn 16 107 331, vu -16 167.5 12, ws -13.7 -172.3 3, xk 42.6 20.9 11, ye 15.7 47.8 528,
za -29 25 1219, zm -14 27.7 753, zw -19 29.8 391
"""


def _read(table: str) -> dict[str, Country]:
    found = {}
    for entry in table.replace("\n", " ").split(","):
        code, latitude, longitude, area = entry.split()
        found[code] = Country(float(latitude), float(longitude), math.sqrt(float(area) * 1000 / math.pi))
    return found


COUNTRIES: Final[Mapping[str, Country]] = _read(_TABLE)
"""By ISO 3166 code of two letters, in small letters."""
