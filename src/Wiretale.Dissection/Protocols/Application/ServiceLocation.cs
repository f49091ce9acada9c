using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: RFC 2608 (version 2), RFC 2165 (version 1).
//
//    0               1               2               3
//   +---------------+---------------+---------------+---------------+
//   | Version (2)   | Function      | Length                        |
//   +---------------+---------------+---------------+---------------+
//   | Length        |O|F|R| reserved                | Next extension|
//   +---------------+---------------+---------------+---------------+
//   | Next extension offset         | XID                           |
//   +---------------+---------------+---------------+---------------+
//   | Language tag length           | Language tag, then the message

/// <summary>Service Location Protocol.</summary>
public sealed class ServiceLocation() : Dissector("srvloc")
{
    const uint Port = 427;
    const int FixedLength1 = 12, FixedLength2 = 14, LengthEnd = 5;
    const int ServiceRequest = 1, ServiceReply = 2, ServiceRegistration = 3, ServiceDeregistration = 4, ServiceAcknowledge = 5, AttributeRequest = 6, AttributeReply = 7,
        AgentAdvertisement = 8, TypeRequest = 9, TypeReply = 10, ServiceAgentAdvertisement = 11;

    /// <summary>A naming authority list of this length asks for all of them and is not there.</summary>
    const int AllAuthorities = 0xffff;

    static readonly Protocol P = new("Service Location Protocol", "SRVLOC", "srvloc");
    static readonly ValueNames Functions = ValueNames.Of(() => [
        (1, "Service Request"), (2, "Service Reply"), (3, "Service Registration"), (4, "Service Deregister"), (5, "Service Acknowledge"),
        (6, "Attribute Request"), (7, "Attribute Reply"), (8, "DA Advertisement"), (9, "Service Type Request"), (10, "Service Type Reply"),
        (11, "SA Advertisement")]);
    static readonly Field Version = P.UInt8("srvloc.version", "Version");
    static readonly Field Function = P.UInt8("srvloc.function", "Function", FieldBase.Dec, Functions);
    static readonly Field Length = P.UInt24("srvloc.pktlen", "Packet Length");
    static readonly ValueNames Overflow = ValueNames.Flag("Message will not fit in datagram", "Message will fit in a datagram");
    static readonly ValueNames Fresh = ValueNames.Flag("New Service Registration", "Not a new Service Registration");

    static readonly Layout Header1 = new(
        P.UInt8("srvloc.flags_v1", "Flags", FieldBase.Hex).Summary(
            P.Flag("srvloc.flags_v1.overflow", "Overflow", 8, 0x80, Overflow, "Can whole packet fit into a datagram?"),
            P.Flag("srvloc.flags_v1.monolingual", "Monolingual", 8, 0x40, ValueNames.Flag("Only responses in specified language will be accepted", "Responses in any language will be accepted"), "Can whole packet fit into a datagram?"),
            P.Flag("srvloc.flags_v1.url_auth", "URL Authentication", 8, 0x20, ValueNames.Flag("URL Authentication Block is present", "URL Authentication Block is absent"), "Can whole packet fit into a datagram?"),
            P.Flag("srvloc.flags_v1.attribute_auth", "Attribute Authentication", 8, 0x10, ValueNames.Flag("Attribute Authentication Block is present", "Attribute Authentication Block is absent"), "Can whole packet fit into a datagram?"),
            P.Flag("srvloc.flags_v1.fresh", "Fresh Registration", 8, 0x08, Fresh, "Is this a new registration?")),
        P.UInt8("srvloc.dialect", "Dialect"),
        P.String("srvloc.language", "Language").Of(2),
        P.UInt16("srvloc.encoding", "Encoding", FieldBase.Dec, ValueNames.Of(() => [
        (3, "US-ASCII"), (27, "ISO 10646 UTF-1"), (28, "ISO 646 basic:1983"), (30, "ISO 646 IRV:1983"), (4, "ISO 8859-1"), (1000, "Unicode"),
        (1012, "UTF-7"), (106, "UTF-8")])),
        P.UInt16("srvloc.transaction_id", "Transaction ID"));
    static readonly Field LanguageLength = P.UInt16("srvloc.langtaglen", "Lang Tag Len");
    static readonly Layout Header2 = new(
        P.UInt16("srvloc.flags_v2", "Flags", FieldBase.Hex).Summary(
            P.Flag("srvloc.flags_v2.overflow", "Overflow", 16, 0x8000, Overflow, "Can whole packet fit into a datagram?"),
            P.Flag("srvloc.flags_v2.fresh", "Fresh Registration", 16, 0x4000, Fresh, "Is this a new registration?"),
            P.Flag("srvloc.flags_v2.reqmulti", "Multicast requested", 16, 0x2000, ValueNames.Flag("Multicast (or broadcast) request", "Not multicast or broadcast"), "Do we want multicast?")),
        P.UInt24("srvloc.nextextoff", "Next Extension Offset"),
        P.UInt24("srvloc.xid", "XID", blurb: "Transaction ID").Of(2),
        LanguageLength,
        P.String("srvloc.langtag", "Lang Tag").Counted(LanguageLength));

    static readonly Field Error1 = P.UInt16("srvloc.err", "Error Code", FieldBase.Dec, ValueNames.Of(() => [
        (0, "No Error"), (1, "Language not supported"), (2, "Protocol parse error"), (3, "Invalid registration"), (4, "Scope not supported"),
        (5, "Character set not understood"), (6, "Authentication absent"), (7, "Authentication failed")]));
    static readonly Field Error2 = P.UInt16("srvloc.errv2", "Error Code", FieldBase.Dec, ValueNames.Of(() => [
        (0, "No Error"), (1, "No data in the requested language"), (2, "The message fails to obey SLP syntax."), (3, "The SrvReg has problems"),
        (4, "Scope list not supported"), (5, "Unsupported SLP SPI."), (6, "URL and ATTR authentication not provided"), (7, "Authentication error"),
        (9, "Unsupported version number in message header"), (10, "The DA (or SA) is too sick to respond"), (11, "UA or SA SHOULD retry"),
        (12, "Unknown option from the mandatory range"), (13, "Invalid SrvReg"), (14, "No support for AttrRqst or SrvTypeRqst"),
        (15, "SrvReg sent too soon")]));
    static readonly Field UrlReserved = P.UInt8("srvloc.url.reserved", "Reserved", FieldBase.Hex);
    static readonly Field UrlLifetime = P.UInt16("srvloc.url.lifetime", "URL lifetime");
    static readonly Text Url = new("srvloc.url.urllen", "URL Length", "srvloc.url.url", "URL");
    static readonly Field UrlAuthentications = P.UInt8("srvloc.url.numauths", "Num Auths");
    static readonly Field BlockDescriptor = P.UInt16("srvloc.authblkv2_bsd", "BSD", FieldBase.Hex, blurb: "Block Structure Descriptor");
    static readonly Field BlockLength = P.UInt16("srvloc.authblkv2_len", "Length", blurb: "Length of Authentication Block");
    static readonly Field BlockTime = P.AbsoluteTime("srvloc.authblkv2.timestamp", "Timestamp", blurb: "Timestamp on Authentication Block");
    static readonly Text BlockSpi = new("srvloc.authblkv2.slpspilen", "SLP SPI Length", "srvloc.authblkv2.slpspi", "SLP SPI");
    static readonly Field Item = P.String("srvloc.item", "Item");
    static readonly Field Urls = P.UInt16("srvloc.srvreq.urlcount", "Number of URLs");
    static readonly Text Responders = new("srvloc.srvreq.prlistlen", "Previous Response List Length", "srvloc.srvreq.prlist", "Previous Response List");
    static readonly Text ServiceTypes = new("srvloc.srvreq.srvtypelen", "Service Type Length", "srvloc.srvreq.srvtypelist", "Service Type List");
    static readonly Text Scopes = new("srvloc.srvreq.scopelistlen", "Scope List Length", "srvloc.srvreq.scopelist", "Scope List");
    static readonly Text Predicate = new("srvloc.srvreq.predicatelen", "Predicate Length", "srvloc.srvreq.predicate", "Predicate");
    static readonly Text Spi = new("srvloc.srvreq.slpspilen", "SLP SPI Length", "srvloc.srvreq.slpspi", "SLP SPI");
    static readonly Text Registered = new("srvloc.srvreq.srvtypelen", "Service Type Length", "srvloc.srvreq.srvtype", "Service Type");
    static readonly Text Attributes = new("srvloc.srvreq.attrlistlen", "Attribute List Length", "srvloc.srvreq.attrlist", "Attribute List", isList: true);
    static readonly Field AttributeAuthentications = P.UInt8("srvloc.srvreq.attrauthcount", "Attr Auths");
    static readonly Text DeregisteredScopes = new("srvloc.srvdereq.scopelistlen", "Scope List Length", "srvloc.srvdereq.scopelist", "Scope List");
    static readonly Text DeregisteredTags = new("srvloc.srvdereq.taglistlen", "Tag List Length", "srvloc.srvdereq.taglist", "Tag List");
    static readonly Text AttributeResponders = new("srvloc.attrreq.prlistlen", "Previous Response List Length", "srvloc.attrreq.prlist", "Previous Response List");
    static readonly Text AttributeUrl = new("srvloc.attrreq.urllen", "URL Length", "srvloc.attrreq.url", "Service URL");
    static readonly Text AttributeScopes = new("srvloc.attrreq.scopelistlen", "Scope List Length", "srvloc.attrreq.scopelist", "Scope List");
    static readonly Text AttributeTags = new("srvloc.attrreq.taglistlen", "Tag List Length", "srvloc.attrreq.taglist", "Tag List");
    static readonly Text AttributeSpi = new("srvloc.attrreq.slpspilen", "SLP SPI Length", "srvloc.attrreq.slpspi", "SLP SPI");
    static readonly Text FoundAttributes = new("srvloc.attrrply.attrlistlen", "Attribute List Length", "srvloc.attrrply.attrlist", "Attribute List", isList: true);
    static readonly Field AgentTime = P.AbsoluteTime("srvloc.daadvert.timestamp", "DAADVERT Timestamp");
    static readonly Text AgentUrl = new("srvloc.daadvert.urllen", "URL Length", "srvloc.daadvert.url", "URL");
    static readonly Text AgentScopes = new("srvloc.daadvert.scopelistlen", "Scope List Length", "srvloc.daadvert.scopelist", "Scope List");
    static readonly Text AgentAttributes = new("srvloc.daadvert.attrlistlen", "Attribute List Length", "srvloc.daadvert.attrlist", "Attribute List");
    static readonly Text AgentSpi = new("srvloc.daadvert.slpspilen", "SLP SPI Length", "srvloc.daadvert.slpspi", "SLP SPI");
    static readonly Field AgentAuthentications = P.UInt8("srvloc.daadvert.authcount", "Auths");
    static readonly Text TypeResponders = new("srvloc.srvtypereq.prlistlen", "Previous Response List Length", "srvloc.srvtypereq.prlist", "Previous Response List");
    static readonly Text TypeAuthorities = new("srvloc.srvtypereq.nameauthlistlen", "Naming Authority List Length", "srvloc.srvtypereq.nameauthlist", "Naming Authority List");
    static readonly Text TypeScopes = new("srvloc.srvtypereq.scopelistlen", "Scope List Length", "srvloc.srvtypereq.scopelist", "Scope List");
    static readonly Text FoundTypes = new("srvloc.srvtypereq.srvtypelistlen", "Service Type List Length", "srvloc.srvtyperply.srvtypelist", "Service Type List");
    static readonly Text ServiceAgentUrl = new("srvloc.saadvert.urllen", "URL Length", "srvloc.saadvert.url", "URL");
    static readonly Text ServiceAgentScopes = new("srvloc.saadvert.scopelistlen", "Scope List Length", "srvloc.saadvert.scopelist", "Scope List");
    static readonly Text ServiceAgentAttributes = new("srvloc.saadvert.attrlistlen", "Attribute List Length", "srvloc.saadvert.attrlist", "Attribute List");
    static readonly Field ServiceAgentAuthentications = P.UInt8("srvloc.saadvert.authcount", "Auths");
    static readonly Expert Failed = P.Expert("srvloc.errv2.expert", Severity.Note, ExpertGroup.Response, "Error");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.PortKind == PortKind.Tcp)
        {
            return Tcp.Pdus(p, v, parent, LengthEnd, static (_, in v, at) => v.U8(at) == 2 ? (int)v.U24(at + 2) : v.U16(at + 2), One);
        }

        One(p, v, parent);
        return v.Reported;
    }

    static void One(Packet p, in View v, Node parent)
    {
        int version = v.U8(0), function = v.U8(1);
        p.SetProtocol("SRVLOC");
        p.Info.Clear();
        p.Info.Set(Functions.FindOr((ulong)function, "Unknown Function"));
        var tree = p.Open(P, v, parent);
        p.AddAll(tree, v, 0, Version, Function);
        int at;
        if (version < 2)
        {
            p.Add(tree, Length, v, 2, 2);
            at = p.AddRows(tree, v, 4, Header1);
            p.Info.Append($", V1 Transaction ID - {v.U16(FixedLength1 - 2)}");
        }
        else
        {
            p.Add(tree, Length, v, 2);
            p.Info.Append($", V2 XID - {v.U16(FixedLength2 - 4)}");
            at = p.AddRows(tree, v, 5, Header2);
        }

        Message(p, v, tree, function, at, version < 2);
    }

    static void Message(Packet p, in View v, Node tree, int function, int at, bool first)
    {
        if (function is ServiceReply or ServiceAcknowledge or AttributeReply or AgentAdvertisement or TypeReply)
        {
            var node = p.Add(tree, first ? Error1 : Error2, v, at);
            if (v.U16(at) != 0)
            {
                p.Expert(node, Failed, v, at, 2);
            }

            at += 2;
        }

        switch (function)
        {
            case ServiceRequest when first:
                at = Predicate.Add(p, v, tree, Responders.Add(p, v, tree, at, showEmpty: true), showEmpty: true);
                break;
            case ServiceRequest:
                at = ServiceTypes.Add(p, v, tree, Responders.Add(p, v, tree, at));
                Spi.Add(p, v, tree, Predicate.Add(p, v, tree, Scopes.Add(p, v, tree, at)));
                break;
            case ServiceReply when !first:
                AddUrls(p, v, tree, at);
                break;
            case ServiceRegistration when !first:
                at = AddUrl(p, v, tree, at);
                at = Attributes.Add(p, v, tree, Scopes.Add(p, v, tree, Registered.Add(p, v, tree, at)));
                p.Add(tree, AttributeAuthentications, v, at);
                break;
            case ServiceDeregistration when !first:
                DeregisteredTags.Add(p, v, tree, AddUrl(p, v, tree, DeregisteredScopes.Add(p, v, tree, at)));
                break;
            case AttributeRequest when !first:
                at = AttributeScopes.Add(p, v, tree, AttributeUrl.Add(p, v, tree, AttributeResponders.Add(p, v, tree, at)));
                AttributeSpi.Add(p, v, tree, AttributeTags.Add(p, v, tree, at));
                break;
            case AttributeReply when !first:
                p.Add(tree, AttributeAuthentications, v, FoundAttributes.Add(p, v, tree, at));
                break;
            case AgentAdvertisement when !first:
                p.Add(tree, AgentTime, v, at, 4);
                at = AgentScopes.Add(p, v, tree, AgentUrl.Add(p, v, tree, at + 4));
                p.Add(tree, AgentAuthentications, v, AgentSpi.Add(p, v, tree, AgentAttributes.Add(p, v, tree, at)));
                break;
            case TypeRequest:
                at = TypeResponders.Add(p, v, tree, at, showEmpty: first);
                TypeScopes.Add(p, v, tree, AddAuthorities(p, v, tree, at));
                break;
            case TypeReply when !first:
                FoundTypes.Add(p, v, tree, at);
                break;
            case ServiceAgentAdvertisement when !first:
                at = ServiceAgentScopes.Add(p, v, tree, ServiceAgentUrl.Add(p, v, tree, at));
                p.Add(tree, ServiceAgentAuthentications, v, ServiceAgentAttributes.Add(p, v, tree, at));
                break;
        }
    }

    static int AddAuthorities(Packet p, in View v, Node tree, int at)
    {
        if (v.U16(at) != AllAuthorities)
        {
            return TypeAuthorities.Add(p, v, tree, at);
        }

        p.Label(p.Add(tree, TypeAuthorities.Length, v, at), $"Naming Authority List Length (All Naming Authorities): {AllAuthorities}");
        return at + 2;
    }

    static void AddUrls(Packet p, in View v, Node tree, int at)
    {
        int count = v.U16(at);
        p.Add(tree, Urls, v, at);
        at += 2;
        for (int i = 0; i < count; i++)
        {
            at = AddUrl(p, v, tree, at);
        }
    }

    /// <summary>A URL entry: RFC 2608 section 4.3. Authentication blocks tell their own length (section 9.2).</summary>
    static int AddUrl(Packet p, in View v, Node tree, int at)
    {
        p.AddAll(tree, v, at, UrlReserved, UrlLifetime);
        at = Url.Add(p, v, tree, at + 3);
        int blocks = v.U8(at);
        p.Add(tree, UrlAuthentications, v, at++);
        for (int i = 0; i < blocks; i++)
        {
            int end = at + v.U16(at + 2);
            p.AddAll(tree, v, at, BlockDescriptor, BlockLength);
            p.Add(tree, BlockTime, v, at + 4, 4);
            at = Math.Max(BlockSpi.Add(p, v, tree, at + 8), end);
        }

        return at;
    }

    /// <summary>The attributes of a list, each in parentheses: RFC 2608 section 5.</summary>
    static void AddItems(Packet p, in View v, Node node)
    {
        int at = v.IndexOf((byte)'(', 0);
        for (int number = 1; at >= 0; number++)
        {
            int end = v.IndexOf((byte)')', at);
            end = end < 0 ? v.Captured : end + 1;
            p.Label(p.Add(node, Item, v, at, end - at), $"Item {number}: {v.Span(at, end - at)}");
            at = v.IndexOf((byte)'(', end);
        }
    }

    /// <summary>Text after its length in two bytes.</summary>
    sealed class Text(string lengthName, string lengthLabel, string name, string label, bool isList = false)
    {
        readonly Field text = P.String(name, label);

        public Field Length { get; } = P.UInt16(lengthName, lengthLabel);

        public int Add(Packet p, in View v, Node tree, int at, bool showEmpty = false)
        {
            int length = v.U16(at);
            p.Add(tree, Length, v, at);
            if (length > 0 || showEmpty)
            {
                var node = p.Add(tree, text, v, at + 2, length);
                if (isList)
                {
                    AddItems(p, v.Part(at + 2, length), node);
                }
            }

            return at + 2 + length;
        }
    }
}
