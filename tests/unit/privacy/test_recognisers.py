"""Each recogniser: what it must find, marked [so], beside what looks alike and must stay."""

import re

import pytest

PHONES = """
call me at [650-555-0142] please
[(650) 555-0142]
[+1 650.555.0142], evenings only
my cell is [6505550142]
[650 555 01 42] works
text [650_555_0142] not the landline
[65O-555-O142] is my number
[６５０-５５５-０１４２]
my number is [555 0142]
ring [+44 20 7946 0958]
[six five oh, five five five, oh one four two]
text me at [four one five triple five twelve thirty four]
it's [415 five five five 1234]
[6 5 0 5 5 5 0 1 4 2]
[415-555-1234 ext. 88] at work
we married in 2010 and moved in 2019-2020
between 100-200 dollars, or 1,200,000
order number 2025551234 is late
one or two sessions, three at most, seven days a week
10 20 30 40 reps in 50 minutes
call 911 or 988
is (650) 206-9973 your number
"""
EMAILS = """
write to [jane.doe+x@mail.example.co.uk], thanks
[JANE@EXAMPLE.COM]
it is [jane dot doe at gmail dot com]
[jane (at) example (dot) org]
[jane_doe @ yahoo.com] is best
reach me: [jane underscore doe at outlook dot com]
[jane@gmail] will do
look at me when i talk to you
she was mad at me. com on
we met at starbucks
"""
LINKS = """
see [https://example.com/a?b=c#d].
my page is [janedoe.com]
[www.janedoe-art.net/about], have a look
[instagram.com/jane_doe]
my page is [janedoe dot com]
ok.so what now
i said no.he said yes
e.g. this, i.e. that, 5.30pm etc.
"""
HANDLES = """
follow [@sunny_girl]
my insta is [sunnygirl]
snap: [kk2020]
i'm [u/throwaway_123] there
my username is [lonelywife99]
add me on discord [Jay#1234]
my insta is private
on instagram everyone looks happy
he is on tinder all day
see you @ noon
"""
CARDS = """
my card is [4111 1111 1111 1111], ok?
charge [5555555555554444] please
[3782 822463 10005] amex
[4242424242424242] 04/28
the card number is [4111 1111 1111 1112]
order 4111 1111 1111 1112 never came
i counted to 1234567812345678
"""
SSNS = """
ssn [123-45-6789]
my social is [123456789]
the last four of my social are [6789]
[123 45 6789]
my social is [one two three, four five, six seven eight nine]
i am socially anxious since 2010
123456789 of them
chapter 12-34-56, room 10-20-30
"""
BIRTHS = """
DOB [04/12/1988]
i was born on [march 3rd 1990]
Date of birth: [12 November 1967]
my birthday is [june 5], can i get a discount
dob [five twelve eighty eight]
[3/14/88] is her birthday
born in san jose on [march 3 1990]
my brithday is [3/4/1990]
we met at a birthday party in 2019
wife born [9/9/1972], mine is [10/1/1975]
we married on 6/12/2010
my appointment is on 12/05/2026
i was born in 1970, so not young
since our son was born last march
"""
ADDRESSES = """
we live at [1482 Bryant Street, Palo Alto, CA 94301]
i'm at [27 elm ct apt 4, redwood city]
[450 Cambridge Avenue, Suite 200]
send it to [PO Box 771, Half Moon Bay, CA 94019]
my home is [fourteen maple drive]
[9209 Waller Inlet Apt. 5, South Megan, ME 26078]
in Palo Alto, near San Mateo
10 minutes drive from menlo park
it takes 1 hour each way, 2 times in a row
is 94306 in your area
5 love languages and 7 steps to a better way
"""
NAMES = """
my name is [zorah khatibi] and i need help
hi i'm [sarah], how much is it
this is [Bartholomew Quigley] speaking
[Maria Elena Gutierrez-Lopez] would like an appointment
my husband [Jamal] won't come
me and [keisha] fight
[sarah]'s libido is gone
I told [Xochitl] about it
dr [patel] referred me
thanks, [gwen]
MY NAME IS [JOHN SMITH]
[Kaur, Jaspreet]
it's [hope] btw
[Mark] and I argue
put it under [de la Cruz]
my husband will never change, may i come alone
mark my words
i hope so, have faith and joy
my name is private
call me back tomorrow
i'm gay, i'm depressed, im jealous
I'm Catholic and my wife is Jewish
what did Masters and Johnson find
is Azizeh Rezaiyan a woman
does Viagra help? what about Kegels
my mom is visiting last Tuesday from San Jose
Hi Doctor, thanks
"""
TABLES = {"PHONE": PHONES, "EMAIL": EMAILS, "URL": LINKS, "HANDLE": HANDLES, "CARD": CARDS, "SSN": SSNS, "DOB": BIRTHS,
          "ADDRESS": ADDRESSES, "NAME": NAMES}  # fmt: skip
ROWS = [(kind, row) for kind, rows in TABLES.items() for row in rows.strip().splitlines()]


@pytest.mark.parametrize("kind, row", ROWS, ids=lambda value: value)
def test_it_finds_what_is_marked_and_nothing_else(redactor, kind, row):
    text = re.sub(r"[\[\]]", "", row)
    found = [(d.kind, text[d.start : d.end]) for d in redactor.details(text)]
    assert found == [(kind, marked) for marked in re.findall(r"\[(.*?)\]", row)]
