using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Ldap.LdapFields;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

// Specification: RFC 4511 appendix B.

/// <summary>The messages of LDAP, as their ASN.1 module has them. Built when the first message comes.</summary>
static class LdapModule
{
    const int Id = Ber.Integer, Octets = Ber.OctetString, Flag = Ber.Boolean, Number = Ber.Enumerated;
    const int Application = Ber.Application, Inner = Ber.Context, List = Ber.Context | Ber.Constructed, Message = Ber.Application | Ber.Constructed;

    static readonly Part ValueItem = new(Octets, F.AttributeValue, Asn.By(LdapValues.Add));
    static readonly Part Type = new(Octets, F.Type, Asn.Text, LdapValues.Begin);
    static readonly Part Values = new(Ber.Set, F.Values, Asn.Of(ValueItem));
    static readonly Part Url = new(Octets, F.Url, Asn.Text);

    static readonly Part[] Result =
    [
        new(Number, F.ResultCode, Asn.Integer, LdapNow.Result),
        new(Octets, F.MatchedName, Asn.By(LdapCredentials.MatchedName)),
        new(Octets, F.ErrorMessage, Asn.Text, LdapNow.Error),
        new(List | 3, F.Referral, Asn.Of(Url)),
    ];

    static readonly Asn PlainResult = Asn.Sequence(Result);
    static readonly Asn Assertion = Asn.Sequence(new Part(Octets, F.Described, Asn.Text), new Part(Octets, F.Asserted, Asn.By(LdapValues.Readable)));

    static readonly Asn Substrings = Asn.Sequence(
        new Part(Octets, F.Type, Asn.Text),
        new Part(Ber.Sequence, F.Pieces, Asn.Of(new Part(-1, F.Piece, Asn.Choice(
            new Part(Inner | 0, F.Initial, Asn.By(LdapValues.Readable)), new Part(Inner | 1, F.Any, Asn.By(LdapValues.Readable)), new Part(Inner | 2, F.Final, Asn.By(LdapValues.Readable)))))));

    static readonly Asn Extensible = Asn.Sequence(
        new Part(Inner | 1, F.MatchingRule, Asn.Text), new Part(Inner | 2, F.Type, Asn.Text), new Part(Inner | 3, F.MatchValue, Asn.By(LdapValues.Readable)),
        new Part(Inner | 4, F.NameAttributes, Asn.Boolean));

    /// <summary>A filter's alternatives; the lists among them are the code's of <see cref="LdapFilter"/>.</summary>
    public static readonly Asn FilterChoice = Asn.Choice(
        new Part(List | 0, F.And, Asn.By(LdapFilter.List)), new Part(List | 1, F.Or, Asn.By(LdapFilter.List)), Part.Explicit(2, F.Not, Asn.By(LdapFilter.Add)),
        new Part(List | 3, F.EqualityMatch, Assertion), new Part(List | 4, F.Substrings, Asn.By(LdapFilter.Substrings)), new Part(List | 5, F.GreaterOrEqual, Assertion), new Part(List | 6, F.LessOrEqual, Assertion),
        new Part(Inner | 7, F.Present, Asn.Text), new Part(List | 8, F.ApproxMatch, Assertion), new Part(List | 9, F.ExtensibleMatch, Extensible, LdapFilter.TitleExtensible));

    /// <summary>What stands in a substring filter.</summary>
    public static Asn SubstringParts => Substrings;

    static readonly Asn Bind = Asn.Sequence(
        new Part(Id, F.Version, Asn.Integer),
        new Part(Octets, F.Name, Asn.Text, LdapNow.Quoted),
        new Part(-1, F.Authentication, Asn.Choice(
            new Part(Inner | 0, F.Simple, Asn.Text, static (Packet p, in View _, in Ber _, Node _) => LdapNow.Say(p, "simple ")),
            new Part(List | 3, F.Sasl, Asn.Sequence(
                new Part(Octets, F.Mechanism, Asn.Text, LdapNow.Mechanism),
                new Part(Octets, F.Credentials, Asn.Content, LdapCredentials.Inside)), static (Packet p, in View _, in Ber _, Node _) => LdapNow.Say(p, "sasl ")),
            new Part(Inner | 10, F.NtlmNegotiate, Asn.By(LdapCredentials.Ntlm), static (Packet p, in View _, in Ber _, Node _) => LdapNow.SayInLabel(p, "ntlmsspNegotiate ")),
            new Part(Inner | 11, F.NtlmAuthenticate, Asn.By(LdapCredentials.Ntlm), static (Packet p, in View _, in Ber _, Node _) => LdapNow.SayInLabel(p, "ntlmsspAuth ")))));

    static readonly Asn Search = Asn.Sequence(
        new Part(Octets, F.BaseObject, Asn.Text, LdapNow.Quoted), new Part(Number, F.Scope, Asn.Integer, LdapNow.Scope), new Part(Number, F.DerefAliases, Asn.Integer), new Part(Id, F.SizeLimit, Asn.Integer),
        new Part(Id, F.TimeLimit, Asn.Integer), new Part(Flag, F.TypesOnly, Asn.Boolean), new Part(-1, F.Filter, Asn.By(LdapFilter.Add)),
        new Part(Ber.Sequence, F.Attributes, Asn.Of(new Part(Octets, F.AttributeDescription, Asn.Text))));

    static readonly Asn Attributed = Asn.Sequence(Type, Values);

    static readonly Asn Operations = Asn.Choice(
        new Part(Message | 0, F.BindRequest, Bind),
        new Part(Message | 1, F.BindResponse, Asn.Sequence([.. Result, new Part(Inner | 7, F.ServerCredentials, Asn.Content, LdapCredentials.Inside)])),
        new Part(Application | 2, F.UnbindRequest, Asn.Content),
        new Part(Message | 3, F.SearchRequest, Search),
        new Part(Message | 4, F.SearchEntry, Asn.Sequence(
            new Part(Octets, F.ObjectName, Asn.Text, LdapNow.Quoted), new Part(Ber.Sequence, F.Attributes, Asn.Of(new Part(Ber.Sequence, F.PartialAttribute, Attributed, LdapValues.Title)))), LdapNow.Found),
        new Part(Message | 5, F.SearchDone, PlainResult, LdapNow.Finished),
        new Part(Message | 6, F.ModifyRequest, Asn.Sequence(
            new Part(Octets, F.Object, Asn.Text, LdapNow.Quoted),
            new Part(Ber.Sequence, F.Modifications, Asn.Of(new Part(Ber.Sequence, F.Modification, Asn.Sequence(
                new Part(Number, F.ModifyOperation, Asn.Integer), new Part(Ber.Sequence, F.Modified, Attributed, LdapValues.Title))))))),
        new Part(Message | 7, F.ModifyResponse, PlainResult),
        new Part(Message | 8, F.AddRequest, Asn.Sequence(
            new Part(Octets, F.Entry, Asn.Text, LdapNow.Quoted), new Part(Ber.Sequence, F.Attributes, Asn.Of(new Part(Ber.Sequence, F.AttributeListItem, Attributed, LdapValues.Title))))),
        new Part(Message | 9, F.AddResponse, PlainResult),
        new Part(Application | 10, F.DeleteRequest, Asn.Text, LdapNow.Quoted),
        new Part(Message | 11, F.DeleteResponse, PlainResult),
        new Part(Message | 12, F.RenameRequest, Asn.Sequence(
            new Part(Octets, F.Entry, Asn.Text, LdapNow.Quoted), new Part(Octets, F.NewName, Asn.Text), new Part(Flag, F.DeleteOld, Asn.Boolean), new Part(Inner | 0, F.NewSuperior, Asn.Text))),
        new Part(Message | 13, F.RenameResponse, PlainResult),
        new Part(Message | 14, F.CompareRequest, Asn.Sequence(new Part(Octets, F.Entry, Asn.Text, LdapNow.Quoted), new Part(Ber.Sequence, F.Assertion, Assertion))),
        new Part(Message | 15, F.CompareResponse, PlainResult),
        new Part(Application | 16, F.AbandonRequest, Asn.Integer),
        new Part(Message | 19, F.SearchReference, Asn.Of(Url)),
        new Part(Message | 23, F.ExtendedRequest, Asn.Sequence(new Part(Inner | 0, F.RequestName, Asn.By(LdapOids.Add), LdapNow.Requested), new Part(Inner | 1, F.RequestValue, Asn.Content))),
        new Part(Message | 24, F.ExtendedResponse, Asn.Sequence([.. Result, new Part(Inner | 10, F.ResponseName, Asn.By(LdapOids.Add), LdapNow.Requested), new Part(Inner | 11, F.Response, Asn.Content)])),
        new Part(Message | 25, F.IntermediateResponse, Asn.Sequence(new Part(Inner | 0, F.ResponseName, Asn.By(LdapOids.Add)), new Part(Inner | 1, F.ResponseValue, Asn.Content))));

    static readonly Asn Controls = Asn.Of(new Part(Ber.Sequence, F.Control, Asn.Sequence(
        new Part(Octets, F.ControlType, Asn.By(LdapOids.Add), LdapNow.Control), new Part(Flag, F.Criticality, Asn.Boolean), new Part(Octets, F.ControlValue, Asn.By(LdapNow.ControlValue)))));

    /// <summary>RFC 2696: paged results.</summary>
    public static readonly Part PagedResults = new(Ber.Sequence, F.SearchControl, Asn.Sequence(new Part(Id, F.Size, Asn.Integer), new Part(Octets, F.Cookie, Asn.Content)));

    /// <summary>What a message begins with.</summary>
    public static readonly Part MessageId = new(Id, F.MessageId, Asn.Integer, LdapNow.Begin);

    /// <summary>What it is about.</summary>
    public static readonly Part Operation = new(-1, F.Operation, Operations, LdapNow.Done);

    /// <summary>What may follow.</summary>
    public static readonly Part ControlList = new(List | 0, F.Controls, Controls);
}
