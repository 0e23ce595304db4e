/// The words that say what stands where, folded (``Folded``), in English, German, French and Spanish, and what Italian
/// and Portuguese share with them.
enum Vocabulary {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    // MARK: Dates

    static let months: [String: Int] = {
        let names = [
            "jan january januar janv janvier jaen janner jaenner ene enero gen gennaio janeiro",
            "feb february februar feber fev fevr fevrier febrero febbraio fevereiro",
            "mar mars march maerz marz mrz marzo marco", "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio maio", "jun june juni juin junio giu giugno junho",
            "jul july juli juil juillet julio lug luglio julho", "aug august aou aout ago agosto",
            "sep sept september septembre septiembre setiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember decembre dic diciembre dicembre dezembro",
        ]
        var months: [String: Int] = [:]
        for (index, words) in names.enumerated() {
            for word in set(words) { months[word] = index + 1 }
        }
        return months
    }()
    static let weekdays = set(
        """
        mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
        mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag
        lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
        mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo
        """)
    static let dateFillers = set("de del of le the")
    static let ordinals = set("st nd rd th er o a")
    /// Between the first and the last day of a period.
    static let rangeWords = set("to until through thru till bis zum zu au al hasta a and y et und")

    // MARK: The heads of columns

    static let date = set("date dates datum fecha data jour day tag dia when wann quand cuando")
    static let postingDate = set(
        """
        post posted posting booking booked buchung buchungsdatum buchungstag valuta valutadatum value wertstellung
        wert valeur valor comptabilisation comptable contable contabilizacion process processed entry settlement
        eingang
        """)
    static let dateAlone = set(
        """
        buchungsdatum buchungstag kaufdatum belegdatum transaktionsdatum umsatzdatum datum valutadatum wertstellung
        valuta posted buchung beleg
        """)
    static let text = set(
        """
        description descriptions details detail merchant merchants payee narrative particulars transaction transactions
        text verwendungszweck beschreibung handler haendler buchungstext empfanger empfaenger vorgang bezeichnung
        zahlungsempfanger geschaft geschaeft handelspartner unternehmen libelle commercant marchand nature operation
        operations beneficiaire intitule designation enseigne concepto descripcion comercio establecimiento detalle
        detalles movimiento movimientos beneficiario where supplier vendor shop place item verkaufer vertragsunternehmen
        fournisseur descrizione esercente umsatz umsatze purchased concept
        """)
    static let otherText = set(
        """
        reference ref referenz referencia category kategorie categorie categoria mcc type typ art city ort ville ciudad
        lieu lugar location country land pays pais no nr num numero pos id beleg belegnr auth code
        """)
    static let card = set("card karte carte tarjeta kartennummer kartennr")
    static let amount = set(
        """
        amount amounts betrag betrage montant montants importe importes monto sum value valor cantidad importo umsatz
        """)
    static let debit = set(
        """
        debit debits charge charges soll belastung belastungen debito debitos cargo cargos debe withdrawal withdrawals
        purchases lastschrift lastschriften depense depenses gasto gastos compras achats ausgaben ausgabe spent
        """)
    static let credit = set(
        """
        credit credits haben gutschrift gutschriften credito creditos abono abonos haber deposit deposits payments
        refunds pagos paiements ingresos eingang eingange received
        """)
    static let balance = set("balance saldo solde kontostand saldi running")
    static let foreign = set(
        """
        original originalbetrag foreign fremdwahrung fremdwaehrung orig local origine auslandsbetrag divisa extranjera
        devise etrangere ursprung originario ursprungsbetrag transaktionsbetrag
        """)
    static let currency = set(
        "currency wahrung waehrung devise divisa moneda monnaie wrg whg ccy cur curr valuta")
    static let billing = set(
        "billing billed account konto kontowahrung compte cuenta abrechnung abgerechnet home statement")
    static let rate = set(
        """
        rate kurs wechselkurs umrechnungskurs devisenkurs taux cours cambio tipo exchange fx umrechnung conversion tasa
        tcambio change
        """)
    /// What else stands in the head of a table.
    static let headFillers = set(
        "in en of de del du der des la le el l d the and y et und f no eur your ihr paid money on at by per am von zum je"
    )

    // MARK: Sums and balances

    static let total = set(
        """
        total totals totale totales totaux subtotal sum summe gesamt gesamtsumme gesamtbetrag gesamtumsatz endsumme
        zwischensumme teilsumme endbetrag gesamtausgaben rechnungsbetrag somme suma subtotale sumas zusammen spent spend
        overall insgesamt summa montant sommaire soit net netto neto aggregate altogether activity charged
        """)
    static let opening = set(
        """
        opening previous prior old last brought anterior inicial precedent ancien alter alte altes letzter letzte vortrag
        anfangssaldo anfangs vorheriger saldovortrag initial starting past
        """)
    static let closing = set(
        """
        closing new current neuer neues final nouveau actual nuevo ending endsaldo outstanding owed payable due statement
        schlusssaldo aktueller schluss neu offener
        """)
    static let carry = set(
        """
        carried brought forward carryover ubertrag uebertrag saldoubertrag vortrag report reporter reporte reports sigue
        arrastre bf cf fwd bfwd cfwd riporto transporte
        """)
    static let carryFillers = set(
        """
        to from of on the a an and y et und de del du la le les el los page seite pagina next previous last prior auf von
        vom zu zur nachste nachster seiten vorseite folgeseite suivante precedente siguiente anterior balance saldo solde
        total totals subtotal sub summe zwischensumme suma amount b c f statement opening closing new old neuer alter
        nouveau ancien nuevo precedent inicial final your ihr votre su at per zum am au al as solde sum somme sous running
        """)
    static let ignored = set(
        """
        limit limite available minimum mindestbetrag mindestzahlung minimo plafond disponible disponibilite verfugbar
        kreditlimit kreditrahmen verfugungsrahmen kreditlinie apr zinssatz points rewards punkte puntos overlimit
        linea ligne tax vat mwst tva iva steuer interest
        """)
    static let charges = set(
        """
        charges purchases debits debit spending belastungen einkaufe ausgaben debits achats depenses cargos compras gastos
        soll lastschriften purchase charge kaufe
        """)
    static let credits = set(
        """
        credits credit payments payment refunds gutschriften gutschrift zahlungen zahlung paiements paiement
        remboursements abonos abono pagos pago haben devoluciones avoirs received eingange
        """)
    static let wholeScope = set(
        """
        statement account accounts all grand overall gesamt gesamtsumme gesamtbetrag gesamtumsatz gesamtausgaben general
        generale abrechnung rechnung rechnungsbetrag releve extracto cuenta konto compte cards karten cartes tarjetas
        company firma firm entreprise empresa payable due alle aller toutes todas todos tous
        """)
    static let holderScope = set(
        """
        card karte carte tarjeta holder cardholder karteninhaber inhaber titulaire porteur titular member cardmember
        employee mitarbeiter person persona subtotal zwischensumme teilsumme sub sous parcial
        """)
    /// Merchants' lines that are credits by their nature.
    static let creditRows = set(
        """
        payment refund gutschrift zahlung erstattung ruckzahlung ruckerstattung remboursement paiement reembolso
        devolucion abono pago reversal cashback zahlungseingang avoir ruckbuchung storno
        """)

    // MARK: Holders and pages

    static let holderLabels = set(
        """
        cardholder cardholders cardmember karteninhaber karteninhaberin inhaber inhaberin kontoinhaber titulaire porteur
        titular holder employee mitarbeiter mitarbeiterin usuario utilisateur hauptkarteninhaber zusatzkarteninhaber nutzer kartennutzer
        intestatario
        """)
    static let nameLabels = set("name nom nombre member user")
    static let accountWords = set(
        "account accounts konto kontoinhaber compte cuenta company firma firm firmenname entreprise empresa bank"
    )
    static let cardWords = set(
        """
        card karte carte tarjeta kartennummer kartennr cardnumber number no nr nummer num numero n endziffern endziffer
        kartenendung
        """)
    static let endingWords = set(
        """
        ending ends endend endet endung endziffern endziffer terminant terminee termine finissant terminada acabada
        termina terminado finalizada endnummer
        """)
    /// What stands beside a holder's name and is not of it.
    static let headingFillers = set(
        """
        transactions transaction umsatze umsatz operations operation operaciones movimientos for von fur der des die du de
        del la le in with mit par en auf per el los las les zu the section details detail purchases charges
        continued cont fortsetzung fortgesetzt suite continuacion cont page seite by made activity aktivitat
        statement of kreditkarte creditcard visa mastercard amex corporate business company firmenkarte gold card-no
        ihre your vos sus ref einkaufe depenses achats compras gastos cargos y et und and to statement account konto
        sur sobre on karten cards cartes tarjetas s abrechnung zum am
        """)
    /// What may stand between other words and whose card it is.
    static let namePrepositions = set("by for of from with par pour por para von fur durch per")
    static let particles = set(
        "de la del von van der den di da dos das e y bin al el ibn ter zu du le af av ten te")
    static let pageWords = set("page seite pagina pag p blatt s pg hoja feuille")
    static let receiptWords = set(
        """
        receipt invoice rechnung quittung beleg kassenbon bon recu facture ticket factura recibo fattura ricevuta
        kassenbeleg kaufbeleg rechnungsnummer
        """)
    static let statementWords = set(
        """
        statement abrechnung kreditkartenabrechnung kontoauszug releve extracto auszug umsatzubersicht estratto statements
        monatsabrechnung kartenabrechnung
        """)
    /// Behind a transaction and no part of its merchant.
    static let detailWords = set(
        "ref reference referenz referencia auth arn mcc category kategorie categorie categoria")
}

extension Vocabulary {
    /// Beside an amount, or in a column of its own.
    static let creditMarks: Set<String> = [
        "cr", "credit", "haben", "hab", "gutschrift", "credito", "abono", "avoir", "haber", "refund",
        "kredit", "cred",
    ]
    static let debitMarks: Set<String> = [
        "dr", "db", "debit", "soll", "belastung", "debito", "cargo", "debe", "charge", "purchase", "deb",
    ]
    /// Sums of fees and the like, which no column tells from purchases.
    static let parts: Set<String> = [
        "fee", "fees", "gebuhr", "gebuhren", "frais", "commission", "commissions", "comision", "comisiones",
        "cash",
        "advances", "intereses", "interets", "zinsen", "average", "durchschnitt", "vat",
    ]
}
