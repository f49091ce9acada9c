namespace Wiretale.Lab.Networks;

/// <summary>Who a program inside a namespace is.</summary>
public enum NamespaceUser
{
    /// <summary>Root of the namespace: may configure its network, open raw sockets, answer on any port. Nothing outside obeys it.</summary>
    Root,

    /// <summary>The user who called, with the rights that user has outside; every port may be opened all the same.</summary>
    Caller,
}
