"""The words around names: what introduces one, and what looks like one there and is none."""

from __future__ import annotations

import re

_GAP = r"[\s,:\-\u2013\u2014\"'\u201c\u2018(*]*"


def _before(text: str, gap: str = r"\s+") -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{text}){gap}(?=[^\W\d_])", re.IGNORECASE)


STRONG = _before(
    r"(?:my|his|her|their|our|the|whose|wife'?s|husband'?s|partner'?s|full|first|last|legal|real|maiden|given|family|middle|sur|nick|user|pen|preferred|old|new|birth|'?s|s)\s*"
    r"names?(?:\s+(?:and\s+\w+|here|there|now))?\s*(?:is|'?s|was|are|be|=|:|\-|,)?(?:\s+(?:actually|just|really|also|and\s+that|ms|mr|mrs|miss|dr|mx)\.?)?"
    r"|names?\s*(?:is|'?s|was|:|=|\-)|names"
    r"|name\s+of|signed(?:\s+by)?|speak(?:ing)?\s+(?:to|with)\s+(?:a\s+)?(?:mr|mrs|ms)\.?"
    r"|(?:client|patient|visitor|customer|insured|subscriber|member|guest|contact|attn|attention|from|for|to|spouse|partner|caller|emergency\s+contact)\s*(?:name)?\s*:|me\s+llamo|mi\s+nombre\s+es|se\s+llama|soy",
    _GAP,
)
AFTER_CUE = _before(r"(?:am|i'?m|he'?s|she'?s|is|was|be)\s+(?:called|named)|named|called\s+(?:him|her)|goes\s+by|go\s+by|going\s+by|known\s+as|(?:everyone|everybody|people|friends|they|folks|he|she|mom|mum)\s+calls?\s+me|(?:just\s+)?(?:call|calls?|calling|address)\s+me|(?:ask|asks|asking|page)\s+for|on\s+behalf\s+of|dear|appointment\s+for|book(?:ing)?\s+(?:it\s+)?for|(?:it'?s|its|put|booked?|listed|file|reservation|registered|is|it|me|us|filed|account)\s+under(?:\s+the\s+name)?(?:\s+(?:de|la|del|van|von|der))*|reschedule\s+for|write\s+to", r"\s+")
INTRODUCES = _before(r"i'?m|i\s+am|im|iam|this\s+is|it'?s|its|we'?re|we\s+are|that'?s|he\s+is|she\s+is|he'?s|she'?s|here'?s|here\s+is", r"[ \t]+")
BESIDE = _before(r"meet|me\s+and|between|married|marry|dating|told|tell|with|asked|met|thanks|thank\s+you|hi|hello|hey", r"[ \t]+")
GREETED = re.compile(
    r"(?:\A|(?<=[.!?\n]))\s*(?:(?:hi+|hey+|hello|helo|hiya|yo|good\s+(?:morning|afternoon|evening|day)|greetings|hola|salam|namaste|ok(?:ay)?|so|um+|yes|yeah|sure|well|thanks|thank\s+you)\b[\s,!.\-]*(?:there|all|everyone|team|again|doc(?:tor)?)?[\s,!.\-]*)*"
    r"(?:i'?m|i\s+am|im|this\s+is|it'?s|its)\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_KIN = (
    "husband|hubby|wife|wifey|partner|boyfriend|girlfriend|bf|gf|fianc[eé]e?|spouse|ex|ex-?(?:husband|wife|boyfriend|girlfriend|partner)|son|daughter|kid|child|baby|mom|mum|"
    "mother|dad|father|sister|brother|sis|bro|friend|bff|bestie|boss|coworker|co-worker|colleague|roommate|neighbou?r|cousin|uncle|aunt|auntie|tia|tio|niece|nephew|grandma|grandpa|"
    "step(?:son|daughter|dad|mom|father|mother|sister|brother)|(?:mother|father|sister|brother)-in-law|in-law|therapist|counselor|doctor|gyno|gynecologist|urologist|psychiatrist|pcp|"
    "lover|man|woman|guy|girl|girlie|dude|crush|date|affair\\s+partner|metamour|nesting\\s+partner|dom|sub|twin|other\\s+half|better\\s+half|so|s\\.o\\.|pastor|rabbi|teacher|dog|cat|old\\s+man|lady|mate|"
    "assistant|receptionist|nurse|manager|supervisor|landlord|surgeon|student|client|patient|lawyer"
)
RELATIVE = _before(rf"(?:{_KIN})(?:'?s\s+name)?", r"(?:\s*[,(\-\u2013:]\s*|\s+(?:is\s+called\s+|named\s+|called\s+|\()?)")
TITLE = _before(r"mr|mrs|ms|mx|miss|mister|missus|dr|doctor|doc|prof|professor|rev|reverend|rabbi|father|pastor|imam|sir|lady|lord|madam|señora?|sr|sra|frau|herr|monsieur|madame|judge|officer|nurse|coach|dear|hi|hey|hello|thanks|thx|bye", r"\.?[ \t]+")
SPEAKING = re.compile(
    r"(?:(?<![\w'])(?:this\s+is|it'?s|its)\s+)?(?<![\w'@.])(?P<name>[^\W\d_][\w'\-]*(?:[ \t]+[^\W\d_][\w'\-]*)?)[ \t]+(?:here(?=\s*(?:[,.!?:;\-]|$|\n|again|from|calling|with))|speaking(?=\s*(?:[,.!]|$))|on\s+the\s+line)",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"(?:thanks|thank\s+you|thx|ty|tysm|cheers|regards|best(?:\s+(?:regards|wishes))?|sincerely|love|yours(?:\s+\w+)?|xo+x?o?|warmly|take\s+care|respectfully|bye|cordially|gratefully|peace)"
    r"(?:\s+(?:so\s+much|again|in\s+advance|a\s+lot|you|for\s+your\s+(?:help|time)))?\s*[,.!\-\u2013~\n]+\s*[\-\u2013~]?\s*(?P<name>[^\W\d_][\w'\-]*)(?:[ \t]+[^\W\d_][\w'.\-]*){0,2}\s*[.!]?\s*\Z",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"(?:(?:\n|[.!?]\s+)\s*|\s)[\-\u2013\u2014~]{1,2}\s?(?P<name>[^\W\d_][\w'\-]*)(?:[ \t]+[^\W\d_][\w'.\-]*){0,2}\s*[.!]?\s*\Z|\n\s*(?P<line>)(?!)", re.IGNORECASE)

PLACE_AFTER = frozenset(
    """park hall street st avenue ave road rd drive shuttle hospital university college school station auto harbor harbour museum
    stadium center centre mall beach county island river lake bridge airport hotel church building clinic method approach""".split()
)
PARTICLES = frozenset("de la del van von der den da das dos du bin ibn bint al el di st ter ten ben abu mac le".split())
PLACE_BEFORE = frozenset("in near a an san santa saint st st. los las mount mt lake port fort el cape new north south east west point".split())
CALENDAR = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun summer winter spring autumn
    easter christmas xmas noel ramadan hanukkah paris london austin dallas houston denver brooklyn sydney virginia georgia carolina florence
    madison jordan israel china india kenya savannah berlin rome milan phoenix orlando lourdes geneva diego francisco asia christian dom""".split()
)
NOT_A_NAME = frozenset(
    """a an the and or but if so as at by for from in into of off on onto out over to up with without not no nor yes yeah yep nope ok okay i me my mine myself we us our ours
    you your yours he him his she her hers it its they them their theirs this that these those who whom whose which what when where why how there here then than
    is am are was were be been being do does did done have has had having can could shall should will would may might must let lets go goes going gone get gets getting got
    just very really too also only even still already always never ever now today tonight tomorrow yesterday soon later again back maybe perhaps please pls plz thanks thank thx sorry
    hi hello hey private confidential secret anonymous important irrelevant unknown none nothing anything something someone anyone everyone nobody whatever n na
    asap first last next new old same other another any some all both each every more most less much many few lot lots one two three four five six seven eight nine ten
    sir maam madam doc doctor dr mr mrs ms miss mister about after before because since until while during between against like unlike im ive id ill dont doesnt isnt wasnt cant wont
    required needed necessary used shared kept listed visible public safe protected hidden recorded stored saved mentioned mine's btw lol omg haha idk tbh asking calling writing looking ma'am mam hun hon dude bro sis buddy pal y'all
    wondering hoping trying crazy babe baby honey sweetie dear love darling names name called named husband wife partner boyfriend girlfriend mom dad mother father sister brother son daughter
    friend therapist counselor client patient couple couples person people man woman guy girl kid kids child children spouse ex fiance fiancee azizeh's directly instead when anytime whenever""".split()
)
# After "i'm" these say what somebody is or feels, though they are names too.
DESCRIBES = frozenset(
    """christian rich frank happy gay young strong hardy sunny merry free jolly stormy randy misty sandy rusty dusty earnest ernest max trans bi straight curious ace aro poly kinky
    hurt hard soft good best better sweet sharp short long small white black brown green gray grey english french german english irish jewish indian iranian persian chinese korean
    muslim hindu catholic mormon baptist buddhist atheist mexican filipino latina latino hispanic asian american british russian turkish arab israeli vietnamese japanese
    wild wise still close low early loud blue cool keen able noble royal true trusty harsh calm chill game down done over bare fair ready serious curt blunt dean king queen single
    divorced married widowed separated pregnant menopausal nonbinary genderfluid ftm mtf intersex cis het hetero queer lesbian asexual pansexual demisexual adhd autistic ocd ptsd bpd
    prince princess polly cristian dom sub top bottom switch major minor art mark may will can hope grace joy faith will chase sue rob bill pat grant drew josh don ken van lee jay ray dee kay bea""".split()
) - frozenset("mark hope grace joy faith bill pat grant drew josh lee jay ray dee kay bea max ken don rob sue".split())
MODAL = frozenset("will may can might must".split())
# Small-lettered names that are verbs where a name would stand: "my husband will ..."
VERBISH = frozenset(
    """will may can might chase grant hope mark sue rob bill pat nick drew don josh jack wade hunt read reed bond love rush skip cash price stew trip trust win wish want wants
    said says rest rose ran pace page park pierce frank gene guy dick peter randy willy johnson rusty art max major drop lay long young king""".split()
)
