"""People, merchants and currencies of the statements: invented, and on purpose not easy to read."""

# Those whom the directory knows: name, and other names that statements print for them.
PEOPLE = [
    ("Jane Doe", ["J DOE"]), ("John Smith", []), ("Anna Müller", ["A. MUELLER"]), ("José García Núñez", []),
    ("Zoë van den Berg", ["Z V D BERG"]), ("Łukasz Żółkiewski", []), ("Søren Ågård", []), ("Noémie Lefèvre", []),
    ("Ilse Krüger", []), ("Aoife O'Connor", ["AOIFE O CONNOR"]), ("Mary-Ann Taylor", []), ("Wei Zhang", ["ZHANG WEI"]),
    ("Priya Raghunathan", []), ("Fatima Al-Sayed", ["FATIMA ALSAYED"]), ("Yuki Tanaka", []), ("Carla Martin", []),
    ("Carl Martin", []), ("Nikos Παπαδόπουλος", []), ("Иван Петров", ["IVAN PETROV"]), ("Ödön Kovács", []),
    ("Çağla Yıldız", []), ("Björk Guðmundsdóttir", ["B GUDMUNDSDOTTIR"]), ("Robert Brown", ["BOB BROWN"]),
    ("Elisabeth Brown", []), ("Mohammed Hassan", ["M HASSAN"]), ("Chiara D'Angelo", []), ("Kwame Mensah", []),
    ("Lena Schmidt", []), ("Lea Schmidt", []), ("Pavel Dvořák", []), ("Grace Okafor", []), ("Tomás Ó Briain", []),
]

# Whom it does not know.
STRANGERS = ["Ulrike Vandermolen", "Thaddeus Quill", "Ngozi Abara", "Hendrik Zwart"]

# Some look like dates, amounts, totals, credits or page numbers, as real ones do.
MERCHANTS = [
    "7-ELEVEN 2041", "PAYPAL *SPOTIFY", "SQ *BLUE BOTTLE COFFEE", "TOTAL ENERGIES 2045", "BALANCE STUDIO YOGA",
    "PAGE ONE BOOKS", "CR ELECTRONICS LTD", "AIRBNB * HMXYZ4Q2", "Café Zoë", "TESCO STORES 3344", "12/24 FITNESS",
    "HOTEL 4 MARCH", "1-800-FLOWERS", "AMZN MKTP US*2K4LP0", "UBER *TRIP HELP.UBER.COM", "SHELL OIL 57442",
    "DB VERTRIEB GMBH", "Bäckerei Süß & Söhne", "LE PAIN QUOTIDIEN", "IKEA 118 LEEDS", "McDONALD'S 0311",
    "CREDIT UNION CAFE", "SUBTOTAL SANDWICHES", "MAY FAIR TAXI", "MARCH & SONS TAILORS", "AUGUST 1291 BISTRO",
    "THE DATE COMPANY", "O2 UK PREPAY", "3 MOBILE", "WWW.NAMECHEAP.COM", "GITHUB, INC.", "DELTA AIR 0062341157",
    "TRAINLINE.COM", "HILTON GARDEN INN", "NH HOTEL GROUP", "STARBUCKS #04417", "Gasthof \"Zum Löwen\"", "EUROPCAR (UK) LTD",
    "CARD FACTORY", "DR. OETKER SHOP", "FNAC", "DECATHLON 0552", "MIGROS 8001", "COOP PRONTO", "RYANAIR 224-5518",
    "BOOKING.COM", "EDEKA KÖLN-EHRENFELD", "Pho 24", "50% OFF OUTLET", "A&P", "THREE FISH 1-2-3", "ZARA",
    "PAYMENT SYSTEMS STORE", "STATEMENT JEWELLERY", "FEES & MORE", "LONDON EYE 20.26", "CHOCOLATERIE ŒUVRE",
    "LITTLE WAITROSE 633", "WH SMITH", "NETFLIX.COM", "APPLE.COM/BILL", "GOOGLE *YOUTUBE", "HERTZ 4410-2",
    "ADOBE *CREATIVE CLD", "POST OFFICE COUNTER", "BP CONNECT 9921", "THALES BAR", "PARKING Q-PARK 17", "ESSO",
    "Żabka Z1042", "SMØRREBRØD & CO", "El Corte Inglés", "MÜLLER 2263", "KIOSK AM EIS", "RATE MY PLATE",
    "NEW BALANCE 0114", "INTEREST COFFEE", "OPENING NIGHT THEATRE", "REFUND RECORDS", "CARRIED AWAY CATERING",
]
PLACES = [
    "LONDON GB", "MANCHESTER", "BERLIN DE", "PARIS 08", "NEW YORK NY", "SEATTLE WA", "SAN JOSÉ CA", "ZÜRICH CH",
    "WARSZAWA PL", "KØBENHAVN", "DUBLIN 2", "TOKYO JP", "AMSTERDAM NL", "MALMÖ SE", "LUXEMBOURG L-1511", "ROMA IT",
]
DETAILS = [
    "ONLINE ORDER 114-2204", "CONTACTLESS", "TICKET 2201 8834 119", "MARKETPLACE EU SARL", "RES 8841 ROOM 12",
    "SUBSCRIPTION RENEWAL 2026", "TERMINAL 5 DEPARTURES", "DELIVERY AND SERVICE CHARGE",
]

PAYMENTS = ["PAYMENT RECEIVED - THANK YOU", "DIRECT DEBIT PAYMENT", "AUTOPAY PAYMENT"]

# Digits after the point, and how much a middling charge is in whole units.
CURRENCIES = {"GBP": (2, 40), "EUR": (2, 45), "USD": (2, 50), "CHF": (2, 60), "CAD": (2, 60), "SEK": (2, 450),
              "JPY": (0, 6000), "KWD": (3, 15), "PLN": (2, 180), "DKK": (2, 300), "BHD": (3, 18), "KRW": (0, 60000)}

# What one unit is worth in euros, roughly, in ten thousandths.
WORTH = {"GBP": 11700, "EUR": 10000, "USD": 9200, "CHF": 10500, "CAD": 6700, "SEK": 880, "JPY": 61, "KWD": 29900,
         "PLN": 2330, "DKK": 1340, "BHD": 24400, "KRW": 7}
